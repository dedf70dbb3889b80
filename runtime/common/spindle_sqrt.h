/* SPDX-License-Identifier: Apache-2.0 */
/* The square root, correctly rounded as IEEE 754 demands. */
#ifndef SPINDLE_SQRT_H
#define SPINDLE_SQRT_H

#include <math.h>

#include "spindle.h"
#include "spindle_round.h"

/* For cores without an FPU: computes the root bit by bit, for finite x > 0. */
static inline float spindle_sqrt_by_digits(float x) {
  float scale = 1.0f;
  if (x < 1.17549435e-38f) { /* subnormal */
    x *= 16777216.0f;
    scale = 2.44140625e-4f;
  }
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const uint32_t exponent = (bits >> 23) + 1; /* n + 128 for x = 2^n; odd if n is odd */
  uint32_t rest = ((bits & 0x7FFFFFu) | 0x800000u) << (1 + (exponent & 1));
  uint32_t root = 0;
  uint32_t doubled = 0;
  for (uint32_t digit = 0x1000000u; digit != 0; digit >>= 1) {
    const uint32_t trial = doubled + digit;
    if (trial <= rest) {
      doubled = trial + digit;
      rest -= trial;
      root += digit;
    }
    rest <<= 1;
  }
  root += root & 1; /* never a tie: no root has exactly 25 bits */
  bits = (root >> 1) + ((exponent / 2 + 63 - 1) << 23);
  memcpy(&x, &bits, sizeof x);
  return x * scale;
}

static inline float spindle_sqrt(float x) {
#if defined(__arm__) && !defined(__ARM_FP)
  if (x < 0.0f) return (x - x) / (x - x); /* NaN */
  return x > 0.0f && x < SPINDLE_INFINITY ? spindle_sqrt_by_digits(x) : x;
#else
  return sqrtf(x);
#endif
}

#endif /* SPINDLE_SQRT_H */
