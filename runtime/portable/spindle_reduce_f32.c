/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "spindle.h"
#include "spindle_element.h"
#include "spindle_float.h"

static inline float combine(int32_t kind, float total, float x) {
  if (kind == SPINDLE_REDUCE_MAX) return x > total ? x : total;
  if (kind == SPINDLE_REDUCE_MIN) return x < total ? x : total;
  return total + x;
}

/* Selects dimensions: where `reduced` is `which`, `extent` is that of the input, elsewhere 1. */
static inline void select_extent(const spindle_reduce_f32_params* p, int32_t which,
                                 int32_t* extent) {
  for (int32_t d = 0; d < p->rank; ++d) extent[d] = p->reduced[d] == which ? p->extent[d] : 1;
}

void spindle_reduce_f32(const spindle_reduce_f32_params* p, const void* in, void* out) {
  const float* x = (const float*)in;
  float* y = (float*)out;
  int32_t kept[SPINDLE_MAX_RANK], reduced[SPINDLE_MAX_RANK], stride[SPINDLE_MAX_RANK];
  int32_t outer[SPINDLE_MAX_RANK] = {0}, inner[SPINDLE_MAX_RANK] = {0};
  int32_t size = 1;
  float count = 1.0f, start = 0.0f;
  if (p->kind == SPINDLE_REDUCE_MAX) start = -INFINITY;
  if (p->kind == SPINDLE_REDUCE_MIN) start = INFINITY;
  if (spindle_is_empty(p->extent, p->rank)) return;
  select_extent(p, 0, kept);
  select_extent(p, 1, reduced);
  for (int32_t d = p->rank - 1; d >= 0; --d) {
    stride[d] = size;
    size *= p->extent[d];
    count *= (float)reduced[d];
  }
  do {
    const float* from = x + spindle_offset(outer, stride, p->rank);
    float total = start;
    do {
      total = combine(p->kind, total, from[spindle_offset(inner, stride, p->rank)]);
    } while (spindle_next_index(inner, reduced, p->rank));
    if (p->kind == SPINDLE_REDUCE_MEAN) total /= count;
    *y++ = spindle_limit(total, p->lo, p->hi);
  } while (spindle_next_index(outer, kept, p->rank));
}
