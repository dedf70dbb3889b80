/* SPDX-License-Identifier: Apache-2.0 */
/* Requantization in fixed point, of groups of channels for which the compiler has found exact
 * multipliers (SPINDLE_FIXED_BITS). A group that has none holds floats, the first of them negated.
 */
#ifndef SPINDLE_FIXED_H
#define SPINDLE_FIXED_H

#include <string.h>

#include "spindle.h"
#include "spindle_requantize.h"

static inline int32_t spindle_fixed_offset(int32_t zero) {
  return zero * (1 << SPINDLE_FIXED_BITS) + (1 << (SPINDLE_FIXED_BITS - 1));
}

/* An accumulator of channel `c` of the group with the multipliers `scale`, in either form. `range`
 * is that of int8 and has the zero point. */
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
