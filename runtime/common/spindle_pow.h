/* SPDX-License-Identifier: Apache-2.0 */
/* Powers, without a math library. */
#ifndef SPINDLE_POW_H
#define SPINDLE_POW_H

#include "spindle_exp.h"
#include "spindle_integral.h"
#include "spindle_log.h"

/* x^y for x > 0, x != 1, and finite y != 0: e^(y ln x). The exponent is computed with more bits
 * than a float has. */
static inline float spindle_positive_pow(float x, float y) {
  const spindle_pair log = spindle_log_pair(x);
  const float estimate = y * log.high;
  if (estimate > 100.0f) return SPINDLE_INFINITY;
  if (estimate < -110.0f) return 0.0f;
  const spindle_pair exponent = spindle_product(y, log.high);
  const float power = spindle_exp(exponent.high);
  const float more = exponent.low + y * log.low;
  return power < SPINDLE_INFINITY ? power + power * more : power;
}

/* x^y, with an error of at most two units in the last place for |y| <= 8, and eight for any y.
 * Zeros, infinities and NaN give what C's pow gives. */
static inline float spindle_pow(float x, float y) {
  if (x == 1.0f || y == 0.0f) return 1.0f;
  if (x != x || y != y) return x + y;
  if (y == 2.0f) return x * x;
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const float a = x < 0.0f ? -x : x;
  const int whole = spindle_floor(y) == y;
  const int odd = whole && 2.0f * spindle_floor(0.5f * y) != y;
  if (x < 0.0f && a < SPINDLE_INFINITY && !whole) return (x - x) / (x - x); /* NaN */
  float power = 1.0f;
  if (a == 0.0f || !(a < SPINDLE_INFINITY) || !(y - y == 0.0f)) {
    if (a != 1.0f) power = (a > 1.0f) == (y > 0.0f) ? SPINDLE_INFINITY : 0.0f;
  } else if (a != 1.0f) {
    power = spindle_positive_pow(a, y);
  }
  return odd && bits >> 31 != 0 ? -power : power;
}

#endif /* SPINDLE_POW_H */
