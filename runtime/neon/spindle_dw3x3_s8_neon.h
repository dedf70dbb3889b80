/* SPDX-License-Identifier: Apache-2.0 */
/* What the 3x3 depthwise kernels share. A header or file that includes this one defines, before it
 * includes spindle_dw3x3_s8_blocks.h, what it does with a block of SPINDLE_DW3X3_CHANNELS channels.
 *
 * The last block ends at the last channel and may overlap the one before. Biases hold -in_zero *
 * sum(w) already: columns outside of the image read in_zero, and rows outside have their weights
 * taken out of the window and of the bias. */
#ifndef SPINDLE_DW3X3_S8_NEON_H
#define SPINDLE_DW3X3_S8_NEON_H

#include "spindle.h"
#include "spindle_neon.h"
#include "spindle_window.h"

/* A block of channels, and where its output goes. */
typedef struct {
  const int8_t* row[3]; /* outside of the image: any row that is inside */
  const int32_t* bias;
  const float* multiplier;
  ptrdiff_t channels; /* bytes from column to column */
  int32_t width;
  int8x16_t in_zero;
  spindle_neon_range range;
} spindle_dw3x3_block;

/* How many of n outputs, the first of whose windows begins at column x, do not reach over the right
 * edge. */
SPINDLE_INLINE int32_t spindle_dw3x3_inner(const spindle_dw3x3_block* b, int32_t x, int32_t n,
                                           int32_t stride) {
  const int32_t room = b->width - 3 - x;
  return room < 0 ? 0 : spindle_min(n, (stride == 1 ? room : room / 2) + 1);
}

#endif /* SPINDLE_DW3X3_S8_NEON_H */
