/* What the 3x3 depthwise kernels share: where the three rows of a window lie, and how windows that
 * reach over the image's upper and lower edge become ordinary ones.
 *
 * 16 channels at a time. The last block of channels ends at the last channel and may overlap the
 * one before. Biases hold -in_zero * sum(w) already: columns outside of the image read in_zero, and
 * rows outside have their weights taken out of the window and of the bias. */
#ifndef SPINDLE_DW3X3_S8_NEON_H
#define SPINDLE_DW3X3_S8_NEON_H

#include "spindle.h"
#include "spindle_neon.h"
#include "spindle_window.h"

#define SPINDLE_DW3X3_CHANNELS 16

typedef struct {
  const int8_t* row[3]; /* outside of the image: any row that is inside */
  spindle_taps inside;  /* the rows that are */
} spindle_dw3x3_rows;

SPINDLE_INLINE spindle_dw3x3_rows spindle_dw3x3_window(const spindle_conv_s8_params* p,
                                                       const void* in, int32_t y) {
  const int32_t top = y * p->stride_h - p->pad_top;
  spindle_dw3x3_rows rows;
  rows.inside = spindle_taps_inside(top, 0, p->in.rows, 3, 1);
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t tap = spindle_max(rows.inside.first, spindle_min(k, rows.inside.last - 1));
    rows.row[k] = (const int8_t*)spindle_row(in, p->in, top + tap);
  }
  return rows;
}

/* `limited` is a constant: range.limited. */
SPINDLE_INLINE void spindle_dw3x3_store(int8_t* out, const int32x4_t* acc, const float* multiplier,
                                        spindle_neon_range range, int32_t limited) {
  const int16x8_t low = spindle_neon_requantize_8(acc[0], acc[1], vld1q_f32(multiplier),
                                                  vld1q_f32(multiplier + 4), range);
  const int16x8_t high = spindle_neon_requantize_8(acc[2], acc[3], vld1q_f32(multiplier + 8),
                                                   vld1q_f32(multiplier + 12), range);
  vst1q_s8(out, spindle_neon_bytes_16(low, high, range, limited));
}

#endif /* SPINDLE_DW3X3_S8_NEON_H */
