/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"
#include "spindle_window.h"

/* Channels that are computed together: as many as there are registers for their accumulators. */
#if defined(__arm__)
#define BLOCK 4
#else
#define BLOCK 16
#endif

/* The inputs of output channels o to o + count - 1, if each input channel serves `multiplier`
 * output channels. */
SPINDLE_INLINE const int8_t* gather(const int8_t* in, int32_t o, int32_t multiplier, int32_t count,
                                    int8_t* block) {
  for (int32_t c = 0; c < count; ++c) block[c] = in[(o + c) / multiplier];
  return block;
}

/* Computes output channels o, o + 1, ... o + count - 1 of one pixel, whose window is at `rows` and
 * `columns`. */
SPINDLE_INLINE void window(const spindle_conv_s8_params* p, const void* in, int8_t* out, int32_t o,
                           int32_t count, spindle_window rows, spindle_window columns,
                           spindle_range range) {
  const int32_t multiplier = p->out_channels / p->in_channels;
  const spindle_operand in_zero = (spindle_operand)p->in_zero;
  uint32_t acc[BLOCK];
  spindle_operand weight_zero[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) {
    acc[c] = (uint32_t)p->bias[o + c];
    weight_zero[c] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + c] : 0);
  }
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    const int8_t* row = (const int8_t*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
    for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
      const int8_t* x = row + (columns.start + kx * p->dilation_w) * p->in_channels;
      const int8_t* w = p->weights + (ky * p->kernel_w + kx) * p->out_channels + o;
      int8_t block[BLOCK];
      x = multiplier == 1 ? x + o : gather(x, o, multiplier, count, block);
      SPINDLE_LANES
      for (int32_t c = 0; c < count; ++c) {
        const spindle_operand weight = (spindle_operand)(w[c] - weight_zero[c]);
        acc[c] = spindle_accumulate(acc[c], (spindle_operand)(x[c] - in_zero) * weight);
      }
    }
  }
  /* Not written to `out` directly: for all that the compiler knows, `out` might overlap the
   * multipliers. */
  int8_t results[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) {
    results[c] = spindle_requantize((int32_t)acc[c], p->multiplier[o + c], range);
  }
  memcpy(out + o, results, (size_t)count);
}

void spindle_dw_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y, int32_t x,
                   int32_t n) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    int32_t o = 0;
    for (; o + BLOCK <= p->out_channels; o += BLOCK) {
      window(p, in, pixel, o, BLOCK, rows, columns, range);
    }
    for (; o < p->out_channels; ++o) window(p, in, pixel, o, 1, rows, columns, range);
  }
}
