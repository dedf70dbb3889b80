#include "spindle.h"
#include "spindle_arg_max.h"

static inline int is_better(const spindle_arg_max_params* p, float candidate, float best) {
  if (candidate == best) return p->last_index;
  return p->minimum ? candidate < best : candidate > best;
}

void spindle_arg_max_f32(const spindle_arg_max_params* p, const void* in, void* out, int32_t count) {
  const float* x = (const float*)in;
  int32_t position = 0;
  for (int32_t o = 0; o < count; ++o, x += (ptrdiff_t)p->classes * p->inner) {
    for (int32_t i = 0; i < p->inner; ++i) {
      const float* candidate = x + i;
      float best = *candidate;
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
