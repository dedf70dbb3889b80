/* SPDX-License-Identifier: Apache-2.0 */
/* The tile of the portable 1x1 convolutions of int8: spindle_pw_s8, spindle_pw_sum_s8 and
 * spindle_pw_sum_add_s8. */
#ifndef SPINDLE_PW_TILE_S8_H
#define SPINDLE_PW_TILE_S8_H

#include "spindle.h"
#include "spindle_compiler.h"

/* Pixels and output channels that are computed together, so that every loaded value is used several
 * times: as many as the registers allow. */
#if defined(__arm__)
#define SPINDLE_PW_TILE_PIXELS 2
#define SPINDLE_PW_TILE_OUTPUTS 2
#else
#define SPINDLE_PW_TILE_PIXELS 4
#define SPINDLE_PW_TILE_OUTPUTS 2
#endif

/* The sums of a tile. */
typedef uint32_t spindle_pw_tile[SPINDLE_PW_TILE_PIXELS][SPINDLE_PW_TILE_OUTPUTS];

/* Adds the products of `pixels` pixels of `depth` inputs with the weights [outputs][depth].
 * `weight_zero`, the weights' zero points, may be NULL. `pixels` and `outputs` are constants at the
 * calls, which are inlined. */
SPINDLE_INLINE void spindle_pw_tile_add(spindle_pw_tile acc, const int8_t* in,
                                        const int8_t* weights, const int32_t* weight_zero,
                                        int32_t depth, int32_t pixels, int32_t outputs) {
  spindle_operand zero[SPINDLE_PW_TILE_OUTPUTS];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    zero[j] = (spindle_operand)(weight_zero ? weight_zero[j] : 0);
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
}

#endif /* SPINDLE_PW_TILE_S8_H */
