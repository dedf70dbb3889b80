/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_store_index.h"

/* The position of the best value after the one at position `last` (-1: of all). There are `extent`
 * values, `inner` apart; they are ordered by value, equal values by position. */
static int32_t next_best(const spindle_top_k_f32_params* p, const float* x, int32_t last) {
  const float sign = p->smallest ? -1.0f : 1.0f;
  int32_t best = -1;
  for (int32_t i = 0; i < p->extent; ++i) {
    const float value = sign * x[i * p->inner];
    if (best >= 0 && !(value > sign * x[best * p->inner])) continue;
    if (last >= 0) {
      const float before = sign * x[last * p->inner];
      if (value > before || (value == before && i <= last)) continue;
    }
    best = i;
  }
  return best < 0 ? 0 : best; /* none is left only if there are NaNs */
}

void spindle_top_k_f32(const spindle_top_k_f32_params* p, const void* in, void* out) {
  for (int32_t o = 0; o < p->outer; ++o) {
    for (int32_t i = 0; i < p->inner; ++i) {
      const float* x = (const float*)in + o * p->extent * p->inner + i;
      int32_t last = -1;
      for (int32_t k = 0; k < p->k; ++k) {
        const int32_t to = (o * p->k + k) * p->inner + i;
        last = next_best(p, x, last);
        if (p->indices) {
          spindle_store_index(out, to, last, 8);
        } else {
          ((float*)out)[to] = x[last * p->inner];
        }
      }
    }
  }
}
