/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "spindle.h"
#include "spindle_erf.h"
#include "spindle_exp.h"
#include "spindle_expm1.h"
#include "spindle_log.h"

/* log(1 + e^x), in a form that does not overflow. */
static inline float softplus(float x) {
  return (x > 0.0f ? x : 0.0f) + spindle_log1p(spindle_exp(-fabsf(x)));
}

static inline float apply(const spindle_unary_f32_params* p, float x) {
  switch (p->kind) {
    case SPINDLE_GELU:
      return 0.5f * x * (1.0f + spindle_erf(x * 0.707106781f));
    case SPINDLE_GELU_TANH:
      return 0.5f * x * (1.0f + spindle_tanh(0.797884561f * (x + 0.044715f * x * x * x)));
    case SPINDLE_SELU:
      return p->beta * (x > 0.0f ? x : p->alpha * spindle_expm1(x));
    default: /* SPINDLE_MISH */
      return x * spindle_tanh(softplus(x));
  }
}

void spindle_composed_f32(const spindle_unary_f32_params* p, const void* in, void* out,
                          int32_t count) {
  const float* x = (const float*)in;
  float* y = (float*)out;
  for (int32_t i = 0; i < count; ++i) y[i] = apply(p, x[i]);
}
