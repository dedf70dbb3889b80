/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle_pw_sum.h"

void spindle_pw_sum_s8(const spindle_pw_sum_s8_params* p, const void* in, void* sum,
                       int32_t pixels) {
  spindle_pw_sum(p, (const int8_t*)in, NULL, (int32_t*)sum, pixels, SPINDLE_PW_TILE_PIXELS);
}
