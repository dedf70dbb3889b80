/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"

#define SPINDLE_ARG_MAX_ELEMENT int8_t
#include "spindle_arg_max.h"

/* The index of the first of the largest of at most 256 neighbouring values. It compares value * 256
 * - index, so that a larger value wins, and of equal values the smaller index. */
static inline int32_t first_largest(const int8_t* x, int32_t classes) {
  int32_t best = x[0] * 256, c = 1;
  for (; c + 4 <= classes; c += 4) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 4; ++i) {
      const int32_t candidate = x[c + i] * 256 - (c + i);
      best = candidate > best ? candidate : best;
    }
  }
  for (; c < classes; ++c) {
    const int32_t candidate = x[c] * 256 - c;
    best = candidate > best ? candidate : best;
  }
  return -best & 255;
}

void spindle_arg_max_s8(const spindle_arg_max_params* p, const void* in, void* out, int32_t count) {
  const int8_t* x = (const int8_t*)in;
  const int32_t classes = p->classes;
  if (p->inner != 1 || classes > 256 || p->last_index || p->minimum) {
    arg_max(p, x, out, count);
    return;
  }
  for (int32_t i = 0; i < count; ++i, x += classes) {
    spindle_store_index(out, i, first_largest(x, classes), p->out_bytes);
  }
}
