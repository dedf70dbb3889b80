/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle_pw_sum.h"

void spindle_pw_sum_add_s8(const spindle_pw_sum_s8_params* p, const void* in, const void* previous,
                           void* sum, int32_t pixels) {
  /* If `sum` begins shortly before `previous`, a strip of several pixels would overwrite sums that
   * it has yet to read. So pixels are then computed one by one. */
  const uintptr_t ahead = (uintptr_t)previous - (uintptr_t)sum;
  const uintptr_t bytes = (uintptr_t)pixels * (uintptr_t)p->out_channels * sizeof(int32_t);
  const int overlap = ahead > 0 && ahead < bytes;
  spindle_pw_sum(p, (const int8_t*)in, (const int32_t*)previous, (int32_t*)sum, pixels,
                 overlap ? pixels + 1 : SPINDLE_PW_TILE_PIXELS);
}
