/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds floats to integers that stay floats. Where the core has an instruction for it, compilers
 * use it; elsewhere they would call a math library, so it is done here. */
#ifndef SPINDLE_INTEGRAL_H
#define SPINDLE_INTEGRAL_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_round.h"

#if SPINDLE_GNU && ((defined(__ARM_FEATURE_DIRECTED_ROUNDING) && defined(__ARM_FP)) || \
                    defined(__aarch64__) || defined(__SSE4_1__))

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

/* Whether x may have a fraction. */
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

/* Rounds half to even. The last bit of 2^23 has the value 1, so adding 2^23 rounds. */
static inline float spindle_nearest(float x) {
  if (!spindle_has_fraction(x)) return x;
  return x < 0.0f ? (x - 8388608.0f) + 8388608.0f : (x + 8388608.0f) - 8388608.0f;
}

#endif

#endif /* SPINDLE_INTEGRAL_H */
