/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#define SPINDLE_ARG_MAX_ELEMENT float
#include "spindle_arg_max.h"

void spindle_arg_max_f32(const spindle_arg_max_params* p, const void* in, void* out,
                         int32_t count) {
  arg_max(p, (const float*)in, out, count);
}
