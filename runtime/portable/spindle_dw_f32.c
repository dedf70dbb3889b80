/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_float.h"
#include "spindle_window.h"

/* Channels that are computed together: as many as there are registers for their accumulators. */
#if defined(__arm__)
#define BLOCK 4
#else
#define BLOCK 16
#endif

/* The inputs of output channels o to o + count - 1, if each input channel serves `multiplier`
 * output channels. */
SPINDLE_INLINE const float* gather(const float* in, int32_t o, int32_t multiplier, int32_t count,
                                   float* block) {
  for (int32_t c = 0; c < count; ++c) block[c] = in[(o + c) / multiplier];
  return block;
}

/* Computes output channels o, o + 1, ... o + count - 1 of one pixel, whose window is at `rows` and
 * `columns`. */
SPINDLE_INLINE void window(const spindle_conv_f32_params* p, const void* in, float* out, int32_t o,
                           int32_t count, spindle_window rows, spindle_window columns) {
  const int32_t multiplier = p->out_channels / p->in_channels;
  float acc[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) acc[c] = p->bias[o + c];
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    const float* row = (const float*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
    for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
      const float* x = row + (columns.start + kx * p->dilation_w) * p->in_channels;
      const float* w = p->weights + (ky * p->kernel_w + kx) * p->out_channels + o;
      float block[BLOCK];
      x = multiplier == 1 ? x + o : gather(x, o, multiplier, count, block);
      SPINDLE_LANES
      for (int32_t c = 0; c < count; ++c) acc[c] += x[c] * w[c];
    }
  }
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) out[o + c] = spindle_limit(acc[c], p->lo, p->hi);
}

void spindle_dw_f32(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                    int32_t x, int32_t n) {
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  float* pixel = (float*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    int32_t o = 0;
    for (; o + BLOCK <= p->out_channels; o += BLOCK) {
      window(p, in, pixel, o, BLOCK, rows, columns);
    }
    for (; o < p->out_channels; ++o) window(p, in, pixel, o, 1, rows, columns);
  }
}
