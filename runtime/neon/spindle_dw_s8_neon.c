/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_neon.h"
#include "spindle_window.h"

/* Any window, 8 channels at a time. The last block of channels ends at the last channel. */
#define BLOCK 8
/* The most rows of a window. */
#define MOST_ROWS 8

/* Computes channels o to o + 7 of the output whose window is at `rows` and `columns`. */
SPINDLE_INLINE int8x8_t window(const spindle_conv_s8_params* p, const int8_t* const* row, int32_t o,
                               spindle_window rows, spindle_window columns,
                               spindle_neon_range range) {
  const int8x8_t in_zero = vdup_n_s8((int8_t)p->in_zero);
  const ptrdiff_t next_x = (ptrdiff_t)p->dilation_w * p->in_channels, next_w = p->out_channels;
  int8x8_t weight_zero = vdup_n_s8(0);
  int32x4_t acc[2] = {vld1q_s32(p->bias + o), vld1q_s32(p->bias + o + 4)};
  if (p->weight_zero) {
    weight_zero = vmovn_s16(vcombine_s16(vmovn_s32(vld1q_s32(p->weight_zero + o)),
                                         vmovn_s32(vld1q_s32(p->weight_zero + o + 4))));
  }
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    const int8_t* x = row[ky] + columns.start * p->in_channels + columns.taps.first * next_x + o;
    const int8_t* w = p->weights + (ky * p->kernel_w + columns.taps.first) * next_w + o;
    for (int32_t n = columns.taps.last - columns.taps.first; n > 0; --n, x += next_x, w += next_w) {
      const int16x8_t a = vsubl_s8(vld1_s8(x), in_zero);
      const int16x8_t b = vsubl_s8(vld1_s8(w), weight_zero);
      acc[0] = vmlal_s16(acc[0], vget_low_s16(a), vget_low_s16(b));
      acc[1] = vmlal_s16(acc[1], vget_high_s16(a), vget_high_s16(b));
    }
  }
  return spindle_neon_bytes_8(acc, vld1q_f32(p->multiplier + o), vld1q_f32(p->multiplier + o + 4),
                              range, 0);
}

void spindle_dw_s8_neon(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                        int32_t x, int32_t n) {
  const spindle_neon_range range = spindle_neon_output_range(p->out_zero, p->lo, p->hi, 0);
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  const int8_t* row[MOST_ROWS];
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    row[ky] = (const int8_t*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
  }
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    for (int32_t c = 0; c < p->out_channels; c += BLOCK) {
      const int32_t o = spindle_min(c, p->out_channels - BLOCK);
      vst1_s8(pixel + o, window(p, row, o, rows, columns, range));
    }
  }
}
#else
typedef int spindle_no_neon;
#endif
