/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"

void spindle_quantize_f32_s8(const spindle_quantize_params* p, const void* in, void* out,
                             int32_t count) {
  const float* x = (const float*)in;
  int8_t* y = (int8_t*)out;
  const float scale = p->scale;
  const int32_t zero = p->zero;
  const float lo = (float)(-128 - zero), hi = (float)(127 - zero);
  for (int32_t i = 0; i < count; ++i) {
    y[i] = (int8_t)(spindle_round(spindle_clamp(x[i] / scale, lo, hi)) + zero);
  }
}
