/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of the portable convolutions of a window whose output channels are computed in blocks:
 * spindle_dw_s8 and spindle_stem_s8. */
#ifndef SPINDLE_WINDOW_S8_H
#define SPINDLE_WINDOW_S8_H

#include "spindle.h"
#include "spindle_block_s8.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"
#include "spindle_window.h"

/* The sums of a block of output channels, and the zero points of their weights. */
typedef struct {
  uint32_t acc[SPINDLE_BLOCK];
  spindle_operand weight_zero[SPINDLE_BLOCK];
} spindle_block_s8;

/* Each of the kernels defines this. Adds the products of the taps of the window at `rows` and
 * `columns`, for output channels o, o + 1, ... o + count - 1. `count` is a constant at the calls,
 * which are inlined. */
SPINDLE_INLINE void spindle_add_window(const spindle_conv_s8_params* p, const void* in,
                                       spindle_block_s8* block, int32_t o, int32_t count,
                                       spindle_window rows, spindle_window columns);

SPINDLE_INLINE void spindle_window_block(const spindle_conv_s8_params* p, const void* in,
                                         int8_t* out, int32_t o, int32_t count, spindle_window rows,
                                         spindle_window columns, spindle_range range) {
  spindle_block_s8 block;
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) {
    block.acc[c] = (uint32_t)p->bias[o + c];
    block.weight_zero[c] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + c] : 0);
  }
  spindle_add_window(p, in, &block, o, count, rows, columns);
  spindle_requantize_block(block.acc, p->multiplier + o, range, out + o, count);
}

SPINDLE_INLINE void spindle_window_s8(const spindle_conv_s8_params* p, const void* in, void* out,
                                      int32_t y, int32_t x, int32_t n) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    int32_t o = 0;
    for (; o + SPINDLE_BLOCK <= p->out_channels; o += SPINDLE_BLOCK) {
      spindle_window_block(p, in, pixel, o, SPINDLE_BLOCK, rows, columns, range);
    }
    for (; o < p->out_channels; ++o) {
      spindle_window_block(p, in, pixel, o, 1, rows, columns, range);
    }
  }
}

#endif /* SPINDLE_WINDOW_S8_H */
