/* SPDX-License-Identifier: Apache-2.0 */
/* The natural logarithm, without a math library. */
#ifndef SPINDLE_LOG_H
#define SPINDLE_LOG_H

#include "spindle.h"
#include "spindle_round.h"

/* A number as the sum of two floats; `low` is much smaller than `high`. */
typedef struct {
  float high, low;
} spindle_pair;

/* a * b, exactly, unless it overflows or is tiny. The factors are split into halves of 12 bits,
 * whose products are exact. */
static inline spindle_pair spindle_product(float a, float b) {
  uint32_t bits[2];
  float high[2];
  memcpy(&bits[0], &a, sizeof a);
  memcpy(&bits[1], &b, sizeof b);
  bits[0] &= 0xFFFFF000u;
  bits[1] &= 0xFFFFF000u;
  memcpy(high, bits, sizeof high);
  const float low_a = a - high[0];
  const float low_b = b - high[1];
  const float p = a * b;
  const spindle_pair product = {
      p, ((high[0] * high[1] - p) + high[0] * low_b + low_a * high[1]) + low_a * low_b};
  return product;
}

/* ln x for finite x > 0, to about 32 bits. With x = 2^k (1 + f), and 1 + f between sqrt(1/2) and
 * sqrt(2), it is k ln 2 + f - f^2 / 2 + f^3 q(f), where q is a polynomial. The first part of ln 2
 * has so few bits that its product with k is exact. */
static inline spindle_pair spindle_log_pair(float x) {
  int32_t k = 0;
  if (x < 1.17549435e-38f) { /* subnormal */
    x *= 8388608.0f;
    k = -23;
  }
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int32_t exponent = (int32_t)((bits - 0x3F3504F3u + 0x40000000u) >> 23) - 128;
  bits -= (uint32_t)exponent << 23;
  memcpy(&x, &bits, sizeof x);
  k += exponent;

  const float f = x - 1.0f;
  float q = 7.33253436e-2f;
  q = q * f - 1.16599317e-1f;
  q = q * f + 1.16346618e-1f;
  q = q * f - 1.23967e-1f;
  q = q * f + 1.42511557e-1f;
  q = q * f - 1.6669151e-1f;
  q = q * f + 2.00006881e-1f;
  q = q * f - 2.49999812e-1f;
  q = q * f + 3.33333313e-1f;
  const spindle_pair square = spindle_product(f, f);
  const float half = 0.5f * square.high;
  const float near = f - half;
  const float rest = ((f - near) - half) - 0.5f * square.low + f * square.high * q;
  const float whole = (float)k * 0.693359375f;
  const float large = whole + near;
  const float small = (k == 0 ? 0.0f : (whole - large) + near) + rest + (float)k * -2.12194440e-4f;
  const spindle_pair sum = {large + small, (large - (large + small)) + small};
  return sum;
}

/* ln x, with an error of at most one unit in the last place. */
static inline float spindle_log(float x) {
  if (x == 0.0f) return -SPINDLE_INFINITY;
  if (x < 0.0f) return (x - x) / (x - x); /* NaN */
  if (!(x < SPINDLE_INFINITY)) return x;
  const spindle_pair sum = spindle_log_pair(x);
  return sum.high + sum.low;
}

/* ln(1 + x) for x >= 0. The sum 1 + x is rounded; the quotient x / kept corrects for the bits of x
 * that it loses. */
static inline float spindle_log1p(float x) {
  const float sum = 1.0f + x;
  const float kept = sum - 1.0f;
  return kept == 0.0f || !(x < SPINDLE_INFINITY) ? x : spindle_log(sum) * (x / kept);
}

#endif /* SPINDLE_LOG_H */
