/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

void spindle_lut_s8(const spindle_lut_s8_params* p, const void* in, void* out, int32_t count) {
  const int8_t* x = (const int8_t*)in;
  const int8_t* table = p->table + 128;
  int8_t* y = (int8_t*)out;
  for (int32_t i = 0; i < count; ++i) y[i] = table[x[i]];
}
