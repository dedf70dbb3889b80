/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_window_s8.h"

/* The inputs of output channels o to o + count - 1, if each input channel serves `multiplier`
 * output channels. */
SPINDLE_INLINE const int8_t* gather(const int8_t* in, int32_t o, int32_t multiplier, int32_t count,
                                    int8_t* gathered) {
  for (int32_t c = 0; c < count; ++c) gathered[c] = in[(o + c) / multiplier];
  return gathered;
}

SPINDLE_INLINE void spindle_add_window(const spindle_conv_s8_params* p, const void* in,
                                       spindle_block_s8* block, int32_t o, int32_t count,
                                       spindle_window rows, spindle_window columns) {
  const int32_t multiplier = p->out_channels / p->in_channels;
  const spindle_operand in_zero = (spindle_operand)p->in_zero;
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    const int8_t* row = (const int8_t*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
    for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
      const int8_t* x = row + (columns.start + kx * p->dilation_w) * p->in_channels;
      const int8_t* w = p->weights + (ky * p->kernel_w + kx) * p->out_channels + o;
      int8_t gathered[SPINDLE_BLOCK];
      x = multiplier == 1 ? x + o : gather(x, o, multiplier, count, gathered);
      SPINDLE_LANES
      for (int32_t c = 0; c < count; ++c) {
        const spindle_operand weight = (spindle_operand)(w[c] - block->weight_zero[c]);
        block->acc[c] =
            spindle_accumulate(block->acc[c], (spindle_operand)(x[c] - in_zero) * weight);
      }
    }
  }
}

void spindle_dw_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y, int32_t x,
                   int32_t n) {
  spindle_window_s8(p, in, out, y, x, n);
}
