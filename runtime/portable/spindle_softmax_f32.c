/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_exp.h"

/* One vector, whose elements are `step` apart. */
static void softmax(const float* x, float* y, int32_t classes, int32_t step) {
  float max = x[0], sum = 0.0f;
  for (int32_t i = 1; i < classes; ++i) {
    if (x[(ptrdiff_t)i * step] > max) max = x[(ptrdiff_t)i * step];
  }
  for (int32_t i = 0; i < classes; ++i) {
    const float e = spindle_exp(x[(ptrdiff_t)i * step] - max);
    y[(ptrdiff_t)i * step] = e;
    sum += e;
  }
  for (int32_t i = 0; i < classes; ++i) y[(ptrdiff_t)i * step] /= sum;
}

void spindle_softmax_f32(const spindle_softmax_f32_params* p, const void* in, void* out) {
  const ptrdiff_t size = (ptrdiff_t)p->classes * p->inner;
  for (int32_t o = 0; o < p->outer; ++o) {
    const float* x = (const float*)in + o * size;
    float* y = (float*)out + o * size;
    for (int32_t i = 0; i < p->inner; ++i) softmax(x + i, y + i, p->classes, p->inner);
  }
}
