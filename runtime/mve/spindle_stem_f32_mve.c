/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#define SPINDLE_STEM_GEMM_PIXELS SPINDLE_STEM_F32_MVE_PIXELS
#define SPINDLE_STEM_GEMM_POINTWISE spindle_pw_f32_mve
#include "spindle_stem_gemm_f32.h"

void spindle_stem_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  spindle_stem_gemm_f32(p, in, out, scratch, y, x, n);
}
#else
typedef int spindle_no_mve;
#endif
