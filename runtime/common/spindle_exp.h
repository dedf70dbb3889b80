/* SPDX-License-Identifier: Apache-2.0 */
/* The exponential function, the same on every target and without a math library. */
#ifndef SPINDLE_EXP_H
#define SPINDLE_EXP_H

#include "spindle.h"
#include "spindle_round.h"

/* 2^n for -126 <= n <= 127. */
static inline float spindle_power_of_two(int32_t n) {
  const int32_t bits = (n + 127) << 23;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* e^x, with an error of less than one unit in the last place. With n = round(x / ln 2) and r = x -
 * n ln 2, e^x is 2^n e^r. |r| <= ln 2 / 2, and a polynomial gives e^r. ln 2 is subtracted in two
 * parts; the first has so few bits that its product with n is exact. */
static inline float spindle_exp(float x) {
  if (!(x > -104.0f)) return x < 0.0f ? 0.0f : x; /* NaN stays NaN */
  if (x > 88.8f) return SPINDLE_INFINITY;
  const int32_t n = spindle_round(x * 1.44269504f);
  const float r = (x - (float)n * 0.693359375f) - (float)n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  /* Two steps, because 2^n may be too large or too small for a float. */
  const int32_t half = n / 2;
  return p * spindle_power_of_two(half) * spindle_power_of_two(n - half);
}

#endif /* SPINDLE_EXP_H */
