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

/* Computes output channels o, o + 1, ... o + count - 1 of one pixel. The first tap of its window is
 * at row `top`, column `left`. */
SPINDLE_INLINE void window(const spindle_conv_f32_params* p, const void* in, float* out, int32_t o,
                           int32_t count, int32_t top, int32_t left, spindle_taps rows,
                           spindle_taps columns) {
  const int32_t multiplier = p->out_channels / p->in_channels;
  float acc[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) acc[c] = p->bias[o + c];
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const float* row = (const float*)spindle_row(in, p->in, top + ky * p->dilation_h);
    for (int32_t kx = columns.first; kx < columns.last; ++kx) {
      const float* x = row + (left + kx * p->dilation_w) * p->in_channels;
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
  const int32_t top = y * p->stride_h - p->pad_top;
  const spindle_taps rows = spindle_taps_inside(top, 0, p->in.rows, p->kernel_h, p->dilation_h);
  float* pixel = (float*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const int32_t left = column * p->stride_w - p->pad_left;
    const spindle_taps columns =
        spindle_taps_inside(left, 0, p->in_width, p->kernel_w, p->dilation_w);
    int32_t o = 0;
    for (; o + BLOCK <= p->out_channels; o += BLOCK) {
      window(p, in, pixel, o, BLOCK, top, left, rows, columns);
    }
    for (; o < p->out_channels; ++o) window(p, in, pixel, o, 1, top, left, rows, columns);
  }
}
