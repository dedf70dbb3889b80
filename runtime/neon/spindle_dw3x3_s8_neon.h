/* SPDX-License-Identifier: Apache-2.0 */
/* What the 3 x 3 depthwise kernels for NEON share. A file that includes this defines, before it
 * includes spindle_dw3x3_s8_blocks.h, how it computes a block of SPINDLE_DW3X3_CHANNELS channels.
 *
 * The last block ends at the last channel and may overlap the one before. Biases include -in_zero *
 * sum(w). So columns outside of the image are read as in_zero; for rows outside of the image, the
 * weights are set to zero and their part of the bias is removed. */
#ifndef SPINDLE_DW3X3_S8_NEON_H
#define SPINDLE_DW3X3_S8_NEON_H

#include "spindle.h"
#include "spindle_neon.h"
#include "spindle_window.h"

/* A block of channels, and where its output goes. */
typedef struct {
  const int8_t* row[3]; /* some other row if this one is outside of the image */
  const int32_t* bias;
  const float* multiplier;
  ptrdiff_t channels; /* bytes from column to column */
  int32_t width;
  int8x16_t in_zero;
  spindle_neon_range range;
} spindle_dw3x3_block;

/* How many of n outputs have windows that do not reach over the right edge. The first window begins
 * at column x. */
SPINDLE_INLINE int32_t spindle_dw3x3_inner(const spindle_dw3x3_block* b, int32_t x, int32_t n,
                                           int32_t stride) {
  const int32_t room = b->width - 3 - x;
  return room < 0 ? 0 : spindle_min(n, (stride == 1 ? room : room / 2) + 1);
}

#endif /* SPINDLE_DW3X3_S8_NEON_H */
