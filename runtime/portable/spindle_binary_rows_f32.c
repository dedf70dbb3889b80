/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_binary.h"
#include "spindle_float.h"
#include "spindle_pow.h"

static inline float apply(int32_t kind, float a, float b) {
  return kind == SPINDLE_POW ? spindle_pow(a, b) : spindle_combine(kind, a, b);
}

void spindle_binary_rows_f32(const spindle_binary_rows_f32_params* p, const void* a, const void* b,
                             void* out, int32_t pixels) {
  const float* left = (const float*)a;
  const float* right = (const float*)b;
  float* y = (float*)out;
  for (int32_t i = 0; i < pixels; ++i, left += p->a_pixel, right += p->b_pixel) {
    const float* pa = left;
    const float* pb = right;
    for (int32_t c = 0; c < p->channels; ++c, pa += p->a_channel, pb += p->b_channel) {
      *y++ = spindle_limit(apply(p->kind, *pa, *pb), p->lo, p->hi);
    }
  }
}
