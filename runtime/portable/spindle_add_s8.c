/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"

void spindle_add_s8(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                    int32_t count) {
  const int8_t* pa = (const int8_t*)a;
  const int8_t* pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const float a_scale = p->a_scale, b_scale = p->b_scale, bias = p->bias;
  const int32_t a_offset = p->a_offset, b_offset = p->b_offset, out_offset = p->out_offset;
  const float lo = (float)(p->lo + out_offset), hi = (float)(p->hi + out_offset);
  for (int32_t i = 0; i < count; ++i) {
    const float partial = spindle_fma((float)(pb[i] + b_offset), b_scale, bias);
    const float sum = spindle_fma((float)(pa[i] + a_offset), a_scale, partial);
    y[i] = (int8_t)(spindle_round(spindle_clamp(sum, lo, hi)) - out_offset);
  }
}
