/* SPDX-License-Identifier: Apache-2.0 */
/* A first convolution, computed as a matrix product: each window is copied as one pixel. Included
 * after spindle_gemm_s8.h. */
#ifndef SPINDLE_STEM_GEMM_S8_H
#define SPINDLE_STEM_GEMM_S8_H

#include <string.h>

#include "spindle.h"
#include "spindle_window.h"

/* Bytes of the widest row of a window, and of the largest window. */
#define SPINDLE_STEM_ROW 16
#define SPINDLE_STEM_WINDOW 80

/* Copies one row of a window that reaches over the edge of the image; the taps `columns` are
 * inside. */
SPINDLE_INLINE void spindle_stem_edge(const int8_t* row, int8_t* to, spindle_taps columns,
                                      int32_t left, const spindle_stem_s8_neon_params* p) {
  const int32_t channels = p->in_channels;
  memset(to, (int8_t)p->in_zero, (size_t)(p->kernel_w * channels));
  if (columns.first < columns.last) {
    memcpy(to + columns.first * channels, row + (left + columns.first) * channels,
           (size_t)((columns.last - columns.first) * channels));
  }
}

/* Copies the windows of n outputs, from column x of row y on, `stride` bytes apart. `end` is the
 * first input column that may not be read. The bytes after a window are undefined: where possible,
 * 16 bytes are copied at a time. */
SPINDLE_INLINE void spindle_stem_windows(const spindle_stem_s8_neon_params* p, const void* in,
                                         int8_t* to, int32_t stride, int32_t y, int32_t x,
                                         int32_t n, int32_t end) {
  const int32_t channels = p->in_channels;
  const int32_t left = x * p->stride_w - p->pad_left, right = left + (n - 1) * p->stride_w;
  for (int32_t ky = 0; ky < p->kernel_h; ++ky, to += p->kernel_w * channels) {
    const int32_t r = y * p->stride_h - p->pad_top + ky;
    const int32_t inside = r >= 0 && r < p->in.rows;
    const int8_t* row = inside ? (const int8_t*)spindle_row(in, p->in, r) : (const int8_t*)in;
    int8_t* pixel = to;
    if (inside && left >= 0 && (end - right) * channels >= SPINDLE_STEM_ROW) {
      const int8_t* from = row + left * channels;
      for (int32_t i = 0; i < n; ++i, pixel += stride, from += p->stride_w * channels) {
        vst1q_s8(pixel, vld1q_s8(from));
      }
      continue;
    }
    for (int32_t i = 0; i < n; ++i, pixel += stride) {
      const int32_t first = left + i * p->stride_w;
      spindle_taps columns = spindle_taps_inside(first, 0, p->in_width, p->kernel_w, 1);
      if (!inside) columns.last = columns.first;
      spindle_stem_edge(row, pixel, columns, first, p);
    }
  }
}

SPINDLE_INLINE void spindle_gemm_stem(const spindle_stem_s8_neon_params* p, const void* in,
                                      void* out, int32_t y, int32_t x, int32_t n) {
  int8_t windows[SPINDLE_GEMM_PIXELS * (SPINDLE_STEM_WINDOW + SPINDLE_STEM_ROW)];
  const spindle_neon_range range = spindle_neon_output_range(p->out_zero, p->lo, p->hi, p->narrow);
  const int32_t taps = p->kernel_h * p->kernel_w * p->in_channels;
  const int32_t depth = spindle_gemm_padded(taps), stride = depth + SPINDLE_STEM_ROW;
  const int32_t last = (x + n - 1) * p->stride_w - p->pad_left + p->kernel_w;
  const spindle_gemm_s8 gemm = {p->panels, p->weight_zero,  depth,
                                stride,    p->out_channels, p->out_channels};
  int8_t* to = (int8_t*)out;
  while (n > 0) {
    const int32_t count = spindle_gemm_next(n);
    spindle_stem_windows(p, in, windows, stride, y, x, count, spindle_min(last, p->in_width));
    if (p->weight_zero) {
      for (int32_t i = 0; i < count; ++i) {
        memset(windows + i * stride + taps, 0, (size_t)(depth - taps));
      }
    }
    spindle_gemm_pixels(&gemm, windows, to, range, count);
    to += count * p->out_channels;
    x += count;
    n -= count;
  }
}

#endif /* SPINDLE_STEM_GEMM_S8_H */
