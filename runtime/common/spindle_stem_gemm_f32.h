/* SPDX-License-Identifier: Apache-2.0 */
/* A first convolution, computed as a 1x1 convolution: each window is copied to scratch as one
 * pixel. A file that includes this for the kernel itself, spindle_stem_gemm_f32, defines
 * SPINDLE_STEM_GEMM_PIXELS, the number of pixels in scratch, and SPINDLE_STEM_GEMM_POINTWISE, the
 * kernel for 1x1 convolutions. */
#ifndef SPINDLE_STEM_GEMM_F32_H
#define SPINDLE_STEM_GEMM_F32_H

#include <string.h>

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_window.h"

/* Copies the window of output column `column` of row y: its inputs as
 * [kernel_h][kernel_w][in_channels]. */
SPINDLE_INLINE void spindle_stem_window_f32(const spindle_conv_f32_params* p, const void* in,
                                            int32_t y, int32_t column, float* to) {
  const int32_t run = p->kernel_w * p->in_channels, left = column * p->stride_w - p->pad_left;
  const int32_t begin = spindle_max(0, -left) * p->in_channels;
  const int32_t end = spindle_min(p->kernel_w, p->in_width - left) * p->in_channels;
  for (int32_t k = 0; k < p->kernel_h; ++k, to += run) {
    const int32_t r = y * p->stride_h - p->pad_top + k;
    const float* row = (const float*)spindle_row_inside(in, p->in, r);
    if (row) row += left * p->in_channels;
    if (row && begin == 0 && end == run && run == 9) { /* 3 channels, window of 3 columns */
      memcpy(to, row, 9 * sizeof *to);
      continue;
    }
    for (int32_t i = 0; i < run; ++i) to[i] = row && i >= begin && i < end ? row[i] : 0;
  }
}

/* Copies the windows of `count` outputs. */
SPINDLE_INLINE void spindle_stem_windows_f32(const spindle_conv_f32_params* p, const void* in,
                                             int32_t y, int32_t x, int32_t count, float* to) {
  for (int32_t i = 0; i < count; ++i, to += p->kernel_h * p->kernel_w * p->in_channels) {
    spindle_stem_window_f32(p, in, y, x + i, to);
  }
}

/* The parameters of the 1x1 convolution. */
SPINDLE_INLINE spindle_pw_f32_params spindle_stem_pointwise_f32(const spindle_conv_f32_params* p) {
  const spindle_pw_f32_params params = {
      p->weights,      p->bias, p->kernel_h * p->kernel_w * p->in_channels,
      p->out_channels, p->lo,   p->hi};
  return params;
}

#if defined(SPINDLE_STEM_GEMM_PIXELS)
SPINDLE_INLINE void spindle_stem_gemm_f32(const spindle_conv_f32_params* p, const void* in,
                                          void* out, void* scratch, int32_t y, int32_t x,
                                          int32_t n) {
  const spindle_pw_f32_params pointwise = spindle_stem_pointwise_f32(p);
  float* pixel = (float*)out;
  while (n > 0) {
    const int32_t count = spindle_min(n, SPINDLE_STEM_GEMM_PIXELS);
    spindle_stem_windows_f32(p, in, y, x, count, (float*)scratch);
    SPINDLE_STEM_GEMM_POINTWISE(&pointwise, scratch, pixel, count);
    pixel += count * p->out_channels;
    x += count;
    n -= count;
  }
}
#endif

#endif /* SPINDLE_STEM_GEMM_F32_H */
