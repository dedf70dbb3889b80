/* SPDX-License-Identifier: Apache-2.0 */
/* What spindle_pw_sum_s8 and spindle_pw_sum_add_s8 share. */
#ifndef SPINDLE_PW_SUM_H
#define SPINDLE_PW_SUM_H

#include "spindle.h"
#include "spindle_compiler.h"

/* The tile of spindle_pw_s8: pixels and output channels that are computed together. */
#if defined(__arm__)
#define SPINDLE_PW_SUM_PIXELS 2
#define SPINDLE_PW_SUM_OUTPUTS 2
#else
#define SPINDLE_PW_SUM_PIXELS 4
#define SPINDLE_PW_SUM_OUTPUTS 2
#endif

/* Computes output channels o, o + 1, ... of a few pixels. `previous` may be NULL. `pixels` and
 * `outputs` are constants at the calls, which are inlined. */
SPINDLE_INLINE void spindle_pw_sum_tile(const spindle_pw_sum_s8_params* p, const int8_t* in,
                                        const int32_t* previous, int32_t* sum, int32_t o,
                                        int32_t pixels, int32_t outputs) {
  const int32_t depth = p->in_channels;
  const int32_t channels = p->out_channels;
  const int8_t* weights = p->weights + (ptrdiff_t)o * depth;
  uint32_t acc[SPINDLE_PW_SUM_PIXELS][SPINDLE_PW_SUM_OUTPUTS];
  spindle_operand zero[SPINDLE_PW_SUM_OUTPUTS];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    zero[j] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + j] : 0);
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const uint32_t start = previous ? (uint32_t)previous[i * channels + o + j] : 0;
      acc[i][j] = spindle_accumulate(start, p->bias[o + j]);
    }
  }
  for (int32_t k = 0; k < depth; ++k) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const spindle_operand x = in[i * depth + k];
      SPINDLE_UNROLL
      for (int32_t j = 0; j < outputs; ++j) {
        const spindle_operand weight = (spindle_operand)(weights[j * depth + k] - zero[j]);
        acc[i][j] = spindle_accumulate(acc[i][j], x * weight);
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < outputs; ++j) sum[i * channels + o + j] = (int32_t)acc[i][j];
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void spindle_pw_sum_strip(const spindle_pw_sum_s8_params* p, const int8_t* in,
                                         const int32_t* previous, int32_t* sum, int32_t pixels) {
  const int32_t outputs = SPINDLE_PW_SUM_OUTPUTS;
  int32_t o = 0;
  for (; o + outputs <= p->out_channels; o += outputs) {
    spindle_pw_sum_tile(p, in, previous, sum, o, pixels, SPINDLE_PW_SUM_OUTPUTS);
  }
  for (; o < p->out_channels; ++o) spindle_pw_sum_tile(p, in, previous, sum, o, pixels, 1);
}

/* Computes strips of several pixels while at least `together` pixels are left, then single
 * pixels. */
SPINDLE_INLINE void spindle_pw_sum(const spindle_pw_sum_s8_params* p, const int8_t* in,
                                   const int32_t* previous, int32_t* sum, int32_t pixels,
                                   int32_t together) {
  const int32_t inputs = p->in_channels;
  const int32_t outputs = p->out_channels;
  int32_t i = 0;
  for (; i + together <= pixels; i += SPINDLE_PW_SUM_PIXELS) {
    spindle_pw_sum_strip(p, in + i * inputs, previous ? previous + i * outputs : previous,
                         sum + i * outputs, SPINDLE_PW_SUM_PIXELS);
  }
  for (; i < pixels; ++i) {
    spindle_pw_sum_strip(p, in + i * inputs, previous ? previous + i * outputs : previous,
                         sum + i * outputs, 1);
  }
}

#endif /* SPINDLE_PW_SUM_H */
