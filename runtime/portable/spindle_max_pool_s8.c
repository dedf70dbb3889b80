/* SPDX-License-Identifier: Apache-2.0 */
#define SPINDLE_MAX_POOL_ELEMENT int8_t
#define SPINDLE_MAX_POOL_LEAST (-128)
#include "spindle_max_pool.h"

void spindle_max_pool_s8(const spindle_pool_params* p, const void* in, void* out, int32_t y) {
  spindle_max_pool(p, in, (int8_t*)out, y);
}
