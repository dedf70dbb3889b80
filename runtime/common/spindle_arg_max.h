/* SPDX-License-Identifier: Apache-2.0 */
/* The search of spindle_arg_max_*. The including file defines SPINDLE_ARG_MAX_ELEMENT, the type of
 * the elements. */
#ifndef SPINDLE_ARG_MAX_H
#define SPINDLE_ARG_MAX_H

#include "spindle.h"
#include "spindle_store_index.h"

static inline int is_better(const spindle_arg_max_params* p, SPINDLE_ARG_MAX_ELEMENT candidate,
                            SPINDLE_ARG_MAX_ELEMENT best) {
  if (candidate == best) return p->last_index;
  return p->minimum ? candidate < best : candidate > best;
}

static inline void arg_max(const spindle_arg_max_params* p, const SPINDLE_ARG_MAX_ELEMENT* x,
                           void* out, int32_t count) {
  int32_t position = 0;
  for (int32_t o = 0; o < count; ++o, x += (ptrdiff_t)p->classes * p->inner) {
    for (int32_t i = 0; i < p->inner; ++i) {
      const SPINDLE_ARG_MAX_ELEMENT* candidate = x + i;
      SPINDLE_ARG_MAX_ELEMENT best = *candidate;
      int32_t best_class = 0;
      for (int32_t c = 1; c < p->classes; ++c) {
        candidate += p->inner;
        if (!is_better(p, *candidate, best)) continue;
        best = *candidate;
        best_class = c;
      }
      spindle_store_index(out, position++, best_class, p->out_bytes);
    }
  }
}

#endif /* SPINDLE_ARG_MAX_H */
