/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

void spindle_dequantize_s8_f32(const spindle_quantize_params* p, const void* in, void* out,
                               int32_t count) {
  const int8_t* x = (const int8_t*)in;
  float* y = (float*)out;
  const float scale = p->scale;
  const int32_t zero = p->zero;
  for (int32_t i = 0; i < count; ++i) y[i] = (float)(x[i] - zero) * scale;
}
