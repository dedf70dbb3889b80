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

/* Computes output channels o, o + 1, ... o + count - 1 of one pixel. They are all in the group
 * whose input channels begin at `channel`; the first tap of the window is at row `top`, column
 * `left`. */
SPINDLE_INLINE void window(const spindle_conv_f32_params* p, const void* in, float* out,
                           int32_t channel, int32_t o, int32_t count, int32_t top, int32_t left,
                           spindle_taps rows, spindle_taps columns) {
  const int32_t depth = p->in_channels / p->groups;
  float acc[BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) acc[c] = p->bias[o + c];
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const float* row = (const float*)spindle_row(in, p->in, top + ky * p->dilation_h) + channel;
    for (int32_t kx = columns.first; kx < columns.last; ++kx) {
      const float* x = row + (left + kx * p->dilation_w) * p->in_channels;
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
  const int32_t top = y * p->stride_h - p->pad_top;
  const spindle_taps rows = spindle_taps_inside(top, 0, p->in.rows, p->kernel_h, p->dilation_h);
  const int32_t depth = p->in_channels / p->groups;
  const int32_t group_outputs = p->out_channels / p->groups;
  float* pixel = (float*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const int32_t left = column * p->stride_w - p->pad_left;
    const spindle_taps columns =
        spindle_taps_inside(left, 0, p->in_width, p->kernel_w, p->dilation_w);
    for (int32_t group = 0; group < p->groups; ++group) {
      const int32_t channel = group * depth, end = (group + 1) * group_outputs;
      int32_t o = group * group_outputs;
      for (; o + BLOCK <= end; o += BLOCK) {
        window(p, in, pixel, channel, o, BLOCK, top, left, rows, columns);
      }
      for (; o < end; ++o) window(p, in, pixel, channel, o, 1, top, left, rows, columns);
    }
  }
}
