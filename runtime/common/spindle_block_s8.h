/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of int8 output channels that portable kernels compute together. */
#ifndef SPINDLE_BLOCK_S8_H
#define SPINDLE_BLOCK_S8_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"

/* The most channels of a block: as many as there are registers for their accumulators. */
#if defined(__arm__)
#define SPINDLE_BLOCK 4
#else
#define SPINDLE_BLOCK 16
#endif

/* Requantizes the sums of `count` channels. `count` is a constant at the calls, which are
 * inlined. */
SPINDLE_INLINE void spindle_requantize_block(const uint32_t* sums, const float* multiplier,
                                             spindle_range range, int8_t* out, int32_t count) {
  /* Not written to `out` directly: for all that the compiler knows, `out` might overlap the
   * multipliers. */
  int8_t results[SPINDLE_BLOCK];
  SPINDLE_LANES
  for (int32_t c = 0; c < count; ++c) {
    results[c] = spindle_requantize((int32_t)sums[c], multiplier[c], range);
  }
  memcpy(out, results, (size_t)count);
}

#endif /* SPINDLE_BLOCK_S8_H */
