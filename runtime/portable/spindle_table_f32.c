/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

void spindle_table_f32(const spindle_table_f32_params* p, const void* in, void* out,
                       int32_t pixels) {
  const int8_t* x = (const int8_t*)in;
  float* y = (float*)out;
  const int32_t channels = p->channels;
  for (; pixels > 0; --pixels) {
    const float* table = p->table + 128;
    for (int32_t c = 0; c < channels; ++c, table += 256) *y++ = table[*x++];
  }
}
