/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"
#include "spindle_window.h"

/* Output channels that are computed together. */
#if defined(__arm__)
#define OUTPUTS 2
#else
#define OUTPUTS 4
#endif

/* The taps of one output pixel that are inside of the image. Each of the tap rows `rows` has `runs`
 * runs of `length` consecutive inputs. From run to run the input advances by `step` and the weight
 * by `weight_step`. */
typedef struct {
  spindle_window rows;
  ptrdiff_t in, weight; /* offsets of a row's first input and its weight */
  int32_t runs, length;
  ptrdiff_t step, weight_step;
} taps;

static inline taps find_taps(const spindle_conv_s8_params* p, int32_t y, int32_t column) {
  const int32_t depth = p->in_channels / p->groups;
  const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
  const int32_t first = columns.taps.first;
  taps t;
  t.rows = SPINDLE_WINDOW_ROWS(p, y);
  t.in = (ptrdiff_t)(columns.start + first * p->dilation_w) * p->in_channels;
  t.weight = (ptrdiff_t)first * depth;
  t.runs = columns.taps.last - first;
  t.length = depth;
  t.step = (ptrdiff_t)p->dilation_w * p->in_channels;
  t.weight_step = depth;
  if (t.runs > 0 && p->groups == 1 && p->dilation_w == 1) { /* one run of all taps */
    t.length *= t.runs;
    t.runs = 1;
  }
  return t;
}

/* Computes output channels o, o + 1, ... o + outputs - 1 of one pixel. They are all in the group
 * whose input channels begin at `channel`. */
SPINDLE_INLINE void tile(const spindle_conv_s8_params* p, const taps* t, const void* in,
                         int8_t* out, int32_t channel, int32_t o, int32_t outputs,
                         spindle_range range) {
  const ptrdiff_t row_weights = (ptrdiff_t)p->kernel_w * (p->in_channels / p->groups);
  const ptrdiff_t filter = p->kernel_h * row_weights;
  const spindle_operand in_zero = (spindle_operand)p->in_zero;
  uint32_t acc[OUTPUTS];
  spindle_operand weight_zero[OUTPUTS];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    acc[j] = (uint32_t)p->bias[o + j];
    weight_zero[j] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + j] : 0);
  }
  for (int32_t ky = t->rows.taps.first; ky < t->rows.taps.last; ++ky) {
    const int8_t* x =
        (const int8_t*)spindle_row(in, p->in, t->rows.start + ky * p->dilation_h) + t->in + channel;
    const int8_t* w = p->weights + o * filter + ky * row_weights + t->weight;
    for (int32_t run = 0; run < t->runs; ++run, x += t->step, w += t->weight_step) {
      for (int32_t k = 0; k < t->length; ++k) {
        const spindle_operand value = (spindle_operand)(x[k] - in_zero);
        SPINDLE_UNROLL
        for (int32_t j = 0; j < outputs; ++j) {
          const spindle_operand weight = (spindle_operand)(w[j * filter + k] - weight_zero[j]);
          acc[j] = spindle_accumulate(acc[j], value * weight);
        }
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    out[o + j] = spindle_requantize((int32_t)acc[j], p->multiplier[o + j], range);
  }
}

void spindle_conv_s8(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                     int32_t x, int32_t n) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const int32_t depth = p->in_channels / p->groups;
  const int32_t group_outputs = p->out_channels / p->groups;
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = x; column < x + n; ++column, pixel += p->out_channels) {
    const taps t = find_taps(p, y, column);
    for (int32_t group = 0; group < p->groups; ++group) {
      const int32_t end = (group + 1) * group_outputs;
      int32_t o = group * group_outputs;
      for (; o + OUTPUTS <= end; o += OUTPUTS) {
        tile(p, &t, in, pixel, group * depth, o, OUTPUTS, range);
      }
      for (; o < end; ++o) tile(p, &t, in, pixel, group * depth, o, 1, range);
    }
  }
}
