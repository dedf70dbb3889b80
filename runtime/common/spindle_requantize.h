/* SPDX-License-Identifier: Apache-2.0 */
/* int32 accumulator -> int8: saturate(round_half_even((float)acc * multiplier) + zero), clamped.
 *
 * There are two implementations with equal results for every accumulator and every finite
 * multiplier >= 0: one in float, and one in integers for cores without an FPU
 * (SPINDLE_REQUANTIZE_INTEGER). The second one also takes multipliers in fixed point, which are
 * faster. Such a multiplier M comes as a float whose bits are M with the sign bit set; it stands
 * for M / 2^(32 + SPINDLE_FIXED_BITS). The compiler uses one only where it has proved that the
 * results are the same (compiler/lower/pack/fixed_point.h). */
#ifndef SPINDLE_REQUANTIZE_H
#define SPINDLE_REQUANTIZE_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_round.h"

#if !defined(SPINDLE_REQUANTIZE_INTEGER)
#if defined(__arm__) && !defined(__ARM_FP)
#define SPINDLE_REQUANTIZE_INTEGER 1
#else
#define SPINDLE_REQUANTIZE_INTEGER 0
#endif
#endif

#if SPINDLE_REQUANTIZE_INTEGER

/* The limits of an 8-bit output, minus its zero point; and the zero point. */
typedef struct {
  int32_t lo, hi, zero;
} spindle_range;

static inline spindle_range spindle_output_range(int32_t zero, int32_t lo, int32_t hi) {
  spindle_range range;
  range.lo = lo - zero;
  range.hi = hi - zero;
  range.zero = zero;
  return range;
}

/* value / 2^shift, rounded half to even; 0 <= shift < 64. */
static inline uint64_t spindle_shift_half_even(uint64_t value, int32_t shift) {
  const uint64_t half = shift > 0 ? (uint64_t)1 << (shift - 1) : 0;
  const uint64_t odd = (value >> shift) & 1;
  return shift > 0 ? (value + half - 1 + odd) >> shift : value;
}

/* round_half_even((float)magnitude * multiplier), or 512 if that is more than an 8-bit result can
 * need; magnitude > 0. Follows the float operations step by step and rounds where the FPU would
 * round. */
static inline int32_t spindle_scale_magnitude(uint32_t magnitude, uint32_t multiplier_bits) {
  const int32_t exponent = (int32_t)(multiplier_bits >> 23); /* biased by 127; sign is 0 */
  const uint32_t significand = (multiplier_bits & 0x7FFFFFu) | 0x800000u;
  const int32_t convert = magnitude >> 24 ? 8 - spindle_leading_zeros(magnitude) : 0;
  const uint64_t product = spindle_shift_half_even(magnitude, convert) * significand;
  const uint32_t high = (uint32_t)(product >> 23);         /* not 0: significand has 24 bits */
  const int32_t narrow = 31 - spindle_leading_zeros(high); /* bits of `product` beyond 24 */
  const uint32_t rounded = (uint32_t)spindle_shift_half_even(product, narrow);
  const int32_t fraction = 150 - exponent - convert - narrow; /* bits of `rounded` below 1 */
  if (fraction > 25) return 0; /* also for subnormal multipliers, whose products are below 2^-94 */
  if (fraction < 15) return 512;
  return (int32_t)spindle_shift_half_even(rounded, fraction);
}

static inline int8_t spindle_requantize(int32_t acc, float multiplier, spindle_range range) {
  const uint32_t magnitude = acc < 0 ? 0u - (uint32_t)acc : (uint32_t)acc;
  uint32_t bits;
  int32_t value = 0;
  memcpy(&bits, &multiplier, sizeof bits);
  if (bits & 0x80000000u) {
    const int32_t high = (int32_t)((int64_t)acc * (int32_t)(bits & 0x7FFFFFFFu) >> 32);
    value = (high + (1 << (SPINDLE_FIXED_BITS - 1))) >> SPINDLE_FIXED_BITS;
  } else {
    if (magnitude > 0) value = spindle_scale_magnitude(magnitude, bits);
    if (acc < 0) value = -value;
  }
  if (value < range.lo) value = range.lo;
  if (value > range.hi) value = range.hi;
  return (int8_t)(value + range.zero);
}

#else

/* The limits of an 8-bit output, minus its zero point; and the zero point. */
typedef struct {
  float lo, hi;
  int32_t zero;
} spindle_range;

static inline spindle_range spindle_output_range(int32_t zero, int32_t lo, int32_t hi) {
  spindle_range range;
  range.lo = (float)(lo - zero);
  range.hi = (float)(hi - zero);
  range.zero = zero;
  return range;
}

/* Clamps before the rounding. As the limits are integers, this is the same as clamping after it. */
static inline int8_t spindle_requantize(int32_t acc, float multiplier, spindle_range range) {
  const float product = (float)acc * multiplier;
  return (int8_t)(spindle_round(spindle_clamp(product, range.lo, range.hi)) + range.zero);
}

#endif

#endif /* SPINDLE_REQUANTIZE_H */
