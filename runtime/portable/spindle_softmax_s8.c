/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"

void spindle_softmax_s8(const spindle_softmax_s8_params* p, const void* in, void* out,
                        int32_t vectors) {
  const float* exp_table = p->exp_table;
  const float steps = p->steps;
  const float lo = (float)(-128 - p->out_zero), hi = (float)(127 - p->out_zero);
  const int32_t inner = p->inner;
  const int32_t end = p->classes * inner;
  for (int32_t v = 0; v < vectors; ++v) {
    const int32_t begin = v / inner * end + v % inner;
    const int8_t* x = (const int8_t*)in + begin;
    int8_t* y = (int8_t*)out + begin;
    int32_t max = -128;
    float sum = 0.0f;
    for (int32_t i = 0; i < end; i += inner) max = x[i] > max ? x[i] : max;
    for (int32_t i = 0; i < end; i += inner) sum += exp_table[max - x[i]];
    for (int32_t i = 0; i < end; i += inner) {
      const float share = exp_table[max - x[i]] / sum;
      y[i] = (int8_t)(spindle_round(spindle_clamp(share * steps, lo, hi)) + p->out_zero);
    }
  }
}
