/* SPDX-License-Identifier: Apache-2.0 */
/* A first convolution, computed as a matrix product for MVE: each window is copied to scratch as
 * one pixel. Included after spindle_gemm_s8_mve.h. */
#ifndef SPINDLE_STEM_GEMM_MVE_H
#define SPINDLE_STEM_GEMM_MVE_H

#include "spindle_window.h"

/* Copies `bytes` bytes, up to 16 at a time. */
SPINDLE_INLINE void spindle_stem_copy(int8_t* to, const int8_t* from, int32_t bytes) {
  for (; bytes > 0; bytes -= 16, to += 16, from += 16) {
    const mve_pred16_t inside = vctp8q((uint32_t)bytes);
    vstrbq_p_s8(to, vldrbq_z_s8(from, inside), inside);
  }
}

SPINDLE_INLINE void spindle_stem_fill(int8_t* to, int32_t value, int32_t bytes) {
  for (; bytes > 0; bytes -= 16, to += 16) {
    vstrbq_p_s8(to, vdupq_n_s8((int8_t)value), vctp8q((uint32_t)bytes));
  }
}

/* Copies one row of n windows, which are `stride` bytes apart; `left` is the first column of the
 * first of them. */
SPINDLE_INLINE void spindle_stem_row(const spindle_stem_s8_mve_params* p, const int8_t* row,
                                     int8_t* to, int32_t stride, int32_t left, int32_t n) {
  const int32_t channels = p->in_channels, bytes = p->kernel_w * channels;
  for (; n > 0; --n, to += stride, left += p->stride_w) {
    spindle_taps taps;
    if (left >= 0 && left + p->kernel_w <= p->in_width && row) {
      spindle_stem_copy(to, row + left * channels, bytes);
      continue;
    }
    taps = spindle_taps_inside(left, 0, p->in_width, p->kernel_w, 1);
    spindle_stem_fill(to, p->in_zero, bytes);
    if (row && taps.first < taps.last) {
      spindle_stem_copy(to + taps.first * channels, row + (left + taps.first) * channels,
                        (taps.last - taps.first) * channels);
    }
  }
}

/* The kernel. */
SPINDLE_INLINE void spindle_stem_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                                     void* scratch, int32_t y, int32_t x, int32_t n) {
  const spindle_mve_range range = spindle_mve_output_range(p->out_zero, p->lo, p->hi);
  const int32_t bytes = p->kernel_w * p->in_channels, depth = p->kernel_h * bytes;
  int8_t *to = (int8_t*)out, *windows = (int8_t*)scratch;
  while (n > 0) {
    const int32_t count = spindle_min(n, SPINDLE_STEM_S8_MVE_PIXELS);
    for (int32_t ky = 0; ky < p->kernel_h; ++ky) {
      const int32_t r = y * p->stride_h - p->pad_top + ky;
      spindle_stem_row(p, (const int8_t*)spindle_row_inside(in, p->in, r), windows + ky * bytes,
                       depth, x * p->stride_w - p->pad_left, count);
    }
    spindle_gemm_pixels(p->weights, windows, depth, depth, to, p->out_channels, count, range);
    to += count * p->out_channels;
    x += count;
    n -= count;
  }
}
#endif /* SPINDLE_STEM_GEMM_MVE_H */
