/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#include "spindle_stem_gemm_f32.h"

void spindle_stem_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  const spindle_pw_f32_params pointwise = spindle_stem_pointwise_f32(p);
  float* pixel = (float*)out;
  while (n > 0) {
    const int32_t count = spindle_min(n, SPINDLE_STEM_F32_MVE_PIXELS);
    spindle_stem_windows_f32(p, in, y, x, count, (float*)scratch);
    spindle_pw_f32_mve(&pointwise, scratch, pixel, count);
    pixel += count * p->out_channels;
    x += count;
    n -= count;
  }
}
#else
typedef int spindle_no_mve;
#endif
