/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_binary.h"
#include "spindle_element.h"
#include "spindle_float.h"
#include "spindle_pow.h"

static inline float apply(int32_t kind, float a, float b) {
  return kind == SPINDLE_POW ? spindle_pow(a, b) : spindle_combine(kind, a, b);
}

void spindle_binary_f32(const spindle_binary_f32_params* p, const void* a, const void* b,
                        void* out) {
  const float* pa = (const float*)a;
  const float* pb = (const float*)b;
  float* y = (float*)out;
  int32_t index[SPINDLE_MAX_RANK] = {0};
  if (spindle_is_empty(p->extent, p->rank)) return;
  do {
    const float left = pa[spindle_offset(index, p->a_stride, p->rank)];
    const float right = pb[spindle_offset(index, p->b_stride, p->rank)];
    *y++ = spindle_limit(apply(p->kind, left, right), p->lo, p->hi);
  } while (spindle_next_index(index, p->extent, p->rank));
}
