/* SPDX-License-Identifier: Apache-2.0 */
/* Requantization by the multipliers of a group of channels. A group is in one of two forms:
 *
 *   form           member c of the group                  how to tell
 *   fixed point    multiplier of channel c, as int32      scale[0] >= 0
 *   float          bits of channel c's float multiplier,  scale[0] < 0
 *                  the sign bit of member 0 is set
 *
 * The compiler uses fixed point if it has found multipliers that give exactly the same results for
 * all channels of the group (SPINDLE_FIXED_BITS in spindle.h says how they are used). */
#ifndef SPINDLE_FIXED_H
#define SPINDLE_FIXED_H

#include <string.h>

#include "spindle.h"
#include "spindle_requantize.h"

static inline int32_t spindle_fixed_offset(int32_t zero) {
  return zero * (1 << SPINDLE_FIXED_BITS) + (1 << (SPINDLE_FIXED_BITS - 1));
}

/* Requantizes an accumulator of channel `c` of the group with the multipliers `scale`. The result
 * is limited to int8 only, so `range` must have the limits -128 and 127. */
static inline int8_t spindle_scale(int32_t acc, const int32_t* scale, int32_t c,
                                   spindle_range range) {
  if (scale[0] < 0) {
    const int32_t bits = scale[c] & INT32_MAX;
    float multiplier;
    memcpy(&multiplier, &bits, sizeof multiplier);
    return spindle_requantize(acc, multiplier, range);
  }
  const int32_t high = (int32_t)((int64_t)acc * scale[c] >> 32);
  const int32_t value = (high + spindle_fixed_offset(range.zero)) >> SPINDLE_FIXED_BITS;
  return (int8_t)(value < -128 ? -128 : value > 127 ? 127 : value);
}

#endif /* SPINDLE_FIXED_H */
