/* SPDX-License-Identifier: Apache-2.0 */
/* e^x - 1 and the hyperbolic tangent, without a math library. */
#ifndef SPINDLE_EXPM1_H
#define SPINDLE_EXPM1_H

#include "spindle_exp.h"

/* e^x - 1 for x <= 0, with an error of about two units in the last place. Between -1/2 and 0, where
 * the subtraction would lose digits, it is the power series. */
static inline float spindle_expm1(float x) {
  if (x < -0.5f) return spindle_exp(x) - 1.0f;
  float p = 2.48015873e-5f;
  p = p * x + 1.98412698e-4f;
  p = p * x + 1.38888889e-3f;
  p = p * x + 8.33333333e-3f;
  p = p * x + 4.16666667e-2f;
  p = p * x + 1.66666667e-1f;
  p = p * x + 0.5f;
  return x + x * x * p;
}

/* tanh x, with an error of about three units in the last place. */
static inline float spindle_tanh(float x) {
  if (x != x) return x;
  const float e = spindle_expm1(x < 0.0f ? 2.0f * x : -2.0f * x);
  const float t = e / (e + 2.0f); /* -tanh |x| */
  return x < 0.0f ? t : -t;
}

#endif /* SPINDLE_EXPM1_H */
