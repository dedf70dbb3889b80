/* SPDX-License-Identifier: Apache-2.0 */
/* The error function, without a math library. */
#ifndef SPINDLE_ERF_H
#define SPINDLE_ERF_H

#include "spindle_exp.h"

/* erf x, with an error of about two units in the last place. For |x| <= 1 it is an odd polynomial,
 * beyond that 1 - e^p(|x|), p a polynomial. */
static inline float spindle_erf(float x) {
  if (x != x) return x;
  const float a = x < 0.0f ? -x : x;
  if (a <= 1.0f) {
    const float s = x * x;
    float p = 7.889123028e-5f;
    p = p * s - 8.020842326e-4f;
    p = p * s + 5.189535457e-3f;
    p = p * s - 2.685444465e-2f;
    p = p * s + 1.128360018e-1f;
    p = p * s - 3.761262714e-1f;
    p = p * s + 1.283791666e-1f; /* 2 / sqrt(pi) - 1: without the 1, the constant has more digits */
    return x + x * p;
  }
  float rest = 0.0f; /* 1 - erf a; beyond 4 it is too small to change 1 */
  if (a < 4.0f) {
    float p = -1.150419257e-3f;
    p = p * a + 1.477809873e-2f;
    p = p * a - 8.863411228e-2f;
    p = p * a - 6.544890354e-1f;
    p = p * a - 1.117438421f;
    p = p * a - 2.671719394e-3f;
    rest = spindle_exp(p);
  }
  return x < 0.0f ? rest - 1.0f : 1.0f - rest;
}

#endif /* SPINDLE_ERF_H */
