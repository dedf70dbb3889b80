/* SPDX-License-Identifier: Apache-2.0 */
#define SPINDLE_MAX_POOL_ELEMENT float
#define SPINDLE_MAX_POOL_LEAST (-SPINDLE_INFINITY)
#include "spindle_max_pool.h"

void spindle_max_pool_f32(const spindle_pool_params* p, const void* in, void* out, int32_t y) {
  spindle_max_pool(p, in, (float*)out, y);
}
