/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

void spindle_table_s8(const spindle_table_s8_params* p, const void* in, void* out, int32_t pixels) {
  const int8_t* x = (const int8_t*)in;
  int8_t* y = (int8_t*)out;
  const int32_t channels = p->channels;
  for (; pixels > 0; --pixels) {
    const int8_t* table = p->table + 128;
    for (int32_t c = 0; c < channels; ++c, table += 256) *y++ = table[*x++];
  }
}
