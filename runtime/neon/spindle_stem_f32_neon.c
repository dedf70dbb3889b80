/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include <string.h>

#include "spindle_gemm_f32_neon.h"
#include "spindle_window.h"

/* Inputs of the largest window. */
#define WINDOW 80

/* Copies `count` floats, at least 4. The last four may overlap those before. */
SPINDLE_INLINE void copy(float* to, const float* from, int32_t count) {
  for (int32_t i = 0; i < count - 4; i += 4) {
    vst1q_f32(to + i, vld1q_f32(from + i));
    SPINDLE_NEON_KEEP(from); /* keeps the compiler from making this a call of memcpy */
  }
  vst1q_f32(to + count - 4, vld1q_f32(from + count - 4));
}

/* Copies one row of a window that reaches over the edge of the image. */
SPINDLE_INLINE void edge(const spindle_conv_f32_params* p, const float* row, float* to,
                         int32_t left) {
  const int32_t channels = p->in_channels;
  const spindle_taps columns = spindle_taps_inside(left, 0, p->in_width, p->kernel_w, 1);
  memset(to, 0, (size_t)(p->kernel_w * channels) * sizeof *to);
  if (!row || columns.first >= columns.last) return;
  memcpy(to + columns.first * channels, row + (left + columns.first) * channels,
         (size_t)((columns.last - columns.first) * channels) * sizeof *to);
}

/* Copies the windows of n outputs, from column x of row y on, `depth` floats apart. Inputs outside
 * of the image are 0. */
SPINDLE_INLINE void lay_out(const spindle_conv_f32_params* p, const void* in, float* to,
                            int32_t depth, int32_t y, int32_t x, int32_t n) {
  const int32_t channels = p->in_channels, count = p->kernel_w * channels;
  const int32_t left = x * p->stride_w - p->pad_left, right = left + (n - 1) * p->stride_w;
  const int32_t whole = left >= 0 && right + p->kernel_w <= p->in_width && count >= 4;
  for (int32_t ky = 0; ky < p->kernel_h; ++ky, to += count) {
    const int32_t r = y * p->stride_h - p->pad_top + ky;
    const float* row = (const float*)spindle_row_inside(in, p->in, r);
    float* pixel = to;
    for (int32_t i = 0; i < n; ++i, pixel += depth) {
      if (row && whole) {
        copy(pixel, row + (left + i * p->stride_w) * channels, count);
      } else {
        edge(p, row, pixel, left + i * p->stride_w);
      }
    }
  }
}

void spindle_stem_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n) {
  float windows[SPINDLE_GEMM_PIXELS * WINDOW];
  const int32_t taps = p->kernel_h * p->kernel_w * p->in_channels, depth = (taps + 3) & ~3;
  const spindle_gemm_f32 gemm = {p->weights, p->bias,         depth, p->out_channels,
                                 depth,      p->out_channels, p->lo, p->hi};
  float* to = (float*)out;
  memset(windows, 0, sizeof windows);
  while (n > 0) {
    const int32_t count = spindle_gemm_f32_next(n);
    lay_out(p, in, windows, depth, y, x, count);
    spindle_gemm_f32_pixels(&gemm, windows, to, count);
    to += count * p->out_channels;
    x += count;
    n -= count;
  }
}
#else
typedef int spindle_no_neon;
#endif
