/* SPDX-License-Identifier: Apache-2.0 */
/* Floats rounded to whole ones. Where the core has an instruction for it, compilers know; elsewhere
 * they would call a math library. */
#ifndef SPINDLE_INTEGRAL_H
#define SPINDLE_INTEGRAL_H

#include "spindle.h"
#include "spindle_round.h"

#if (defined(__ARM_FEATURE_DIRECTED_ROUNDING) && defined(__ARM_FP)) || defined(__aarch64__) || \
    defined(__SSE4_1__)

static inline float spindle_floor(float x) {
  return __builtin_floorf(x);
}
static inline float spindle_ceil(float x) {
  return __builtin_ceilf(x);
}
static inline float spindle_nearest(float x) {
  return __builtin_rintf(x);
}

#else

/* Whether x may have digits behind the point. */
static inline int spindle_has_fraction(float x) {
  return x > -8388608.0f && x < 8388608.0f;
}

static inline float spindle_floor(float x) {
  if (!spindle_has_fraction(x)) return x;
  const float t = (float)(int32_t)x;
  return t > x ? t - 1.0f : t;
}

static inline float spindle_ceil(float x) {
  return -spindle_floor(-x);
}

/* Half to even. At 2^23 the unit of the last place is 1, so that adding it rounds. */
static inline float spindle_nearest(float x) {
  if (!spindle_has_fraction(x)) return x;
  return x < 0.0f ? (x - 8388608.0f) + 8388608.0f : (x + 8388608.0f) - 8388608.0f;
}

#endif

#endif /* SPINDLE_INTEGRAL_H */
