#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_round.h"
/* after the settings of spindle_round.h */
#include "spindle_binary.h"

SPINDLE_INLINE void combine(const spindle_binary_s8_params* p, int32_t kind, const int8_t* a,
                            const int8_t* b, int8_t* y, int32_t pixels) {
  const float lo = (float)(p->lo - p->out_zero), hi = (float)(p->hi - p->out_zero);
  for (int32_t i = 0; i < pixels; ++i, a += p->a_pixel, b += p->b_pixel) {
    const int8_t* pa = a;
    const int8_t* pb = b;
    for (int32_t c = 0; c < p->channels; ++c, pa += p->a_channel, pb += p->b_channel) {
      const float left = (float)(*pa - p->a_zero) * p->a_scale;
      const float right = (float)(*pb - p->b_zero) * p->b_scale;
      const float result = spindle_combine(kind, left, right) / p->out_scale;
      *y++ = (int8_t)(spindle_round(spindle_clamp(result, lo, hi)) + p->out_zero);
    }
  }
}

void spindle_binary_s8(const spindle_binary_s8_params* p, const void* a, const void* b, void* out,
                       int32_t pixels) {
  if (p->kind == SPINDLE_MUL) {
    combine(p, SPINDLE_MUL, (const int8_t*)a, (const int8_t*)b, (int8_t*)out, pixels);
  } else {
    combine(p, p->kind, (const int8_t*)a, (const int8_t*)b, (int8_t*)out, pixels);
  }
}
