/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_round.h"

SPINDLE_INLINE void add(const spindle_add_rows_s8_params* p, const int8_t* a, const int8_t* b,
                        int8_t* y, int32_t a_channel, int32_t b_channel) {
  const float a_scale = p->a_scale, b_scale = p->b_scale, bias = p->bias;
  const int32_t a_offset = p->a_offset, b_offset = p->b_offset, out_offset = p->out_offset;
  const float lo = (float)(p->lo + out_offset), hi = (float)(p->hi + out_offset);
  const int32_t channels = p->channels;
  for (int32_t c = 0; c < channels; ++c) {
    const float partial = spindle_fma((float)(b[c * b_channel] + b_offset), b_scale, bias);
    const float sum = spindle_fma((float)(a[c * a_channel] + a_offset), a_scale, partial);
    y[c] = (int8_t)(spindle_round(spindle_clamp(sum, lo, hi)) - out_offset);
  }
}

void spindle_add_rows_s8(const spindle_add_rows_s8_params* p, const void* a, const void* b,
                         void* out, int32_t pixels) {
  const int8_t* pa = (const int8_t*)a;
  const int8_t* pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const int32_t by_channel = p->a_channel == 1 && p->b_channel == 1;
  for (int32_t i = 0; i < pixels; ++i, pa += p->a_pixel, pb += p->b_pixel, y += p->channels) {
    if (by_channel) {
      add(p, pa, pb, y, 1, 1);
    } else {
      add(p, pa, pb, y, p->a_channel, p->b_channel);
    }
  }
}
