/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_round.h"

SPINDLE_INLINE void multiply(const spindle_mul_s8_params* p, const int8_t* a, const int8_t* b,
                             int8_t* y, int32_t a_channel, int32_t b_channel) {
  const float multiplier = p->multiplier, zero = (float)p->out_zero;
  const int32_t a_zero = p->a_zero, b_zero = p->b_zero, out_offset = p->out_offset;
  const float lo = (float)(p->lo + out_offset), hi = (float)(p->hi + out_offset);
  const int32_t channels = p->channels;
  for (int32_t c = 0; c < channels; ++c) {
    const int32_t product = (a[c * a_channel] - a_zero) * (b[c * b_channel] - b_zero);
    const float scaled = (float)product * multiplier;
    y[c] = (int8_t)(spindle_round(spindle_clamp(scaled + zero, lo, hi)) - out_offset);
  }
}

void spindle_mul_s8(const spindle_mul_s8_params* p, const void* a, const void* b, void* out,
                    int32_t pixels) {
  const int8_t* pa = (const int8_t*)a;
  const int8_t* pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const int32_t by_channel = p->a_channel == 1 && p->b_channel == 1;
  for (int32_t i = 0; i < pixels; ++i, pa += p->a_pixel, pb += p->b_pixel, y += p->channels) {
    if (by_channel) {
      multiply(p, pa, pb, y, 1, 1);
    } else {
      multiply(p, pa, pb, y, p->a_channel, p->b_channel);
    }
  }
}
