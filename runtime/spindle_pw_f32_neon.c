#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_gemm_f32_neon.h"

void spindle_pw_f32_neon(const spindle_pw_f32_params* p, const void* in, void* out,
                         int32_t pixels) {
  const spindle_gemm_f32 gemm = {p->weights,     p->bias,         p->in_channels, p->out_channels,
                                 p->in_channels, p->out_channels, p->lo,          p->hi};
  const float* x = (const float*)in;
  float* y = (float*)out;
  while (pixels > 0) {
    const int32_t count = spindle_gemm_f32_next(pixels);
    spindle_gemm_f32_pixels(&gemm, x, y, count);
    x += count * p->in_channels;
    y += count * p->out_channels;
    pixels -= count;
  }
}
#else
typedef int spindle_no_neon;
#endif
