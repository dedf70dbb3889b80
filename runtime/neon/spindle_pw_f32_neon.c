/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_gemm_f32_neon.h"

void spindle_pw_f32_neon(const spindle_pw_f32_params* p, const void* in, void* out,
                         int32_t pixels) {
  spindle_gemm_f32 gemm = {p->weights,     p->bias,         p->in_channels, p->out_channels,
                           p->in_channels, p->out_channels, p->lo,          p->hi};
  for (int32_t o = 0; o < p->out_channels; o += gemm.out_channels) {
    gemm.out_channels = spindle_gemm_f32_group(p->in_channels, p->out_channels - o, pixels);
    const float* x = (const float*)in;
    float* y = (float*)out + o;
    for (int32_t left = pixels; left > 0;) {
      const int32_t count = spindle_gemm_f32_next(left);
      spindle_gemm_f32_pixels(&gemm, x, y, count);
      x += count * p->in_channels;
      y += count * p->out_channels;
      left -= count;
    }
    gemm.weights += (ptrdiff_t)gemm.out_channels * p->in_channels;
    gemm.bias += gemm.out_channels;
  }
}
#else
typedef int spindle_no_neon;
#endif
