/* SPDX-License-Identifier: Apache-2.0 */
/* What spindle_pw_sum_s8 and spindle_pw_sum_add_s8 share. */
#ifndef SPINDLE_PW_SUM_H
#define SPINDLE_PW_SUM_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_pw_tile_s8.h"

/* Computes output channels o, o + 1, ... of a few pixels. `previous` may be NULL. `pixels` and
 * `outputs` are constants at the calls, which are inlined. */
SPINDLE_INLINE void spindle_pw_sum_tile(const spindle_pw_sum_s8_params* p, const int8_t* in,
                                        const int32_t* previous, int32_t* sum, int32_t o,
                                        int32_t pixels, int32_t outputs) {
  const int32_t depth = p->in_channels;
  const int32_t channels = p->out_channels;
  const int8_t* weights = p->weights + (ptrdiff_t)o * depth;
  spindle_pw_tile acc;
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const uint32_t start = previous ? (uint32_t)previous[i * channels + o + j] : 0;
      acc[i][j] = spindle_accumulate(start, p->bias[o + j]);
    }
  }
  spindle_pw_tile_add(acc, in, weights, p->weight_zero ? p->weight_zero + o : NULL, depth, pixels,
                      outputs);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < outputs; ++j) sum[i * channels + o + j] = (int32_t)acc[i][j];
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void spindle_pw_sum_strip(const spindle_pw_sum_s8_params* p, const int8_t* in,
                                         const int32_t* previous, int32_t* sum, int32_t pixels) {
  const int32_t outputs = SPINDLE_PW_TILE_OUTPUTS;
  int32_t o = 0;
  for (; o + outputs <= p->out_channels; o += outputs) {
    spindle_pw_sum_tile(p, in, previous, sum, o, pixels, SPINDLE_PW_TILE_OUTPUTS);
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
  for (; i + together <= pixels; i += SPINDLE_PW_TILE_PIXELS) {
    spindle_pw_sum_strip(p, in + i * inputs, previous ? previous + i * outputs : previous,
                         sum + i * outputs, SPINDLE_PW_TILE_PIXELS);
  }
  for (; i < pixels; ++i) {
    spindle_pw_sum_strip(p, in + i * inputs, previous ? previous + i * outputs : previous,
                         sum + i * outputs, 1);
  }
}

#endif /* SPINDLE_PW_SUM_H */
