/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_float.h"

void spindle_clip_f32(const spindle_clip_f32_params* p, const void* in, void* out, int32_t count) {
  const float* x = (const float*)in;
  float* y = (float*)out;
  const float lo = p->lo, hi = p->hi;
  for (int32_t i = 0; i < count; ++i) y[i] = spindle_limit(x[i], lo, hi);
}
