/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_binary.h"

void spindle_binary_s8(const spindle_binary_s8_params* p, const void* a, const void* b, void* out,
                       int32_t pixels) {
  const int8_t* left = (const int8_t*)a;
  const int8_t* right = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const float lo = (float)(p->lo - p->out_zero), hi = (float)(p->hi - p->out_zero);
  for (int32_t i = 0; i < pixels; ++i, left += p->a_pixel, right += p->b_pixel) {
    const int8_t* pa = left;
    const int8_t* pb = right;
    for (int32_t c = 0; c < p->channels; ++c, pa += p->a_channel, pb += p->b_channel) {
      const float x = (float)(*pa - p->a_zero) * p->a_scale;
      const float z = (float)(*pb - p->b_zero) * p->b_scale;
      const float result = spindle_combine(p->kind, x, z) / p->out_scale;
      *y++ = (int8_t)(spindle_round(spindle_clamp(result, lo, hi)) + p->out_zero);
    }
  }
}
