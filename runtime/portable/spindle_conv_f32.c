/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_float.h"
#include "spindle_window.h"

/* Output channels that are computed together: as many as there are registers for their
 * accumulators. */
#if defined(__arm__)
#define BLOCK 4
#else
#define BLOCK 16
#endif

/* Computes output channels o, o + 1, ... o + count - 1 of one pixel, whose window is at `rows` and
 * `columns`. They are all in the group whose input channels begin at `channel`. */
SPINDLE_INLINE void window(const spindle_conv_f32_params* p, const void* in, float* out,
                           int32_t channel, int32_t o, int32_t count, spindle_window rows,
                           spindle_window columns) {
  const int32_t depth = p->in_channels / p->groups;
  float acc[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) acc[c] = p->bias[o + c];
  for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
    const float* row =
        (const float*)spindle_row(in, p->in, rows.start + ky * p->dilation_h) + channel;
    for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
      const float* x = row + (columns.start + kx * p->dilation_w) * p->in_channels;
      const float* w =
          p->weights + (ptrdiff_t)(ky * p->kernel_w + kx) * depth * p->out_channels + o;
      for (int32_t k = 0; k < depth; ++k, w += p->out_channels) {
        SPINDLE_LANES
        for (int32_t c = 0; c < count; ++c) acc[c] += x[k] * w[c];
      }
    }
  }
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) out[o + c] = spindle_limit(acc[c], p->lo, p->hi);
}

void spindle_conv_f32(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                      int32_t x, int32_t n) {
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  const int32_t depth = p->in_channels / p->groups;
  const int32_t group_outputs = p->out_channels / p->groups;
  float* pixel = (float*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    for (int32_t group = 0; group < p->groups; ++group) {
      const int32_t channel = group * depth, end = (group + 1) * group_outputs;
      int32_t o = group * group_outputs;
      for (; o + BLOCK <= end; o += BLOCK) {
        window(p, in, pixel, channel, o, BLOCK, rows, columns);
      }
      for (; o < end; ++o) window(p, in, pixel, channel, o, 1, rows, columns);
    }
  }
}
