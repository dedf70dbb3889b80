/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "spindle.h"
#include "spindle_erf.h"
#include "spindle_exp.h"
#include "spindle_expm1.h"
#include "spindle_float.h"
#include "spindle_integral.h"
#include "spindle_log.h"
#include "spindle_sqrt.h"

static inline float transcendental(const spindle_unary_f32_params* p, float x) {
  switch (p->kind) {
    case SPINDLE_SIGMOID:
      return 1.0f / (1.0f + spindle_exp(-x));
    case SPINDLE_TANH:
      return spindle_tanh(x);
    case SPINDLE_EXP:
      return spindle_exp(x);
    case SPINDLE_LOG:
      return spindle_log(x);
    case SPINDLE_SQRT:
      return spindle_sqrt(x);
    case SPINDLE_ERF:
      return spindle_erf(x);
    case SPINDLE_ELU:
      return x < 0.0f ? p->alpha * spindle_expm1(x) : x;
    default: /* SPINDLE_SOFTPLUS, in a form that does not overflow */
      return (x > 0.0f ? x : 0.0f) + spindle_log1p(spindle_exp(-fabsf(x)));
  }
}

static inline float apply(const spindle_unary_f32_params* p, float x) {
  switch (p->kind) {
    case SPINDLE_HARD_SIGMOID:
      return spindle_limit(p->alpha * x + p->beta, 0.0f, 1.0f);
    case SPINDLE_AFFINE:
      return p->alpha * x + p->beta;
    case SPINDLE_HARD_SWISH:
      return x * spindle_limit(x / 6.0f + 0.5f, 0.0f, 1.0f);
    case SPINDLE_RECIPROCAL:
      return 1.0f / x;
    case SPINDLE_NEG:
      return -x;
    case SPINDLE_ABS:
      return fabsf(x);
    case SPINDLE_FLOOR:
      return spindle_floor(x);
    case SPINDLE_CEIL:
      return spindle_ceil(x);
    case SPINDLE_ROUND:
      return spindle_nearest(x); /* half to even */
    case SPINDLE_LEAKY_RELU:
      return x < 0.0f ? p->alpha * x : x;
    default:
      return transcendental(p, x);
  }
}

void spindle_unary_f32(const spindle_unary_f32_params* p, const void* in, void* out,
                       int32_t count) {
  const float* x = (const float*)in;
  float* y = (float*)out;
  for (int32_t i = 0; i < count; ++i) y[i] = apply(p, x[i]);
}
