/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_float.h"

void spindle_add_f32(const spindle_clip_f32_params* p, const void* a, const void* b, void* out,
                     int32_t count) {
  const float* pa = (const float*)a;
  const float* pb = (const float*)b;
  float* y = (float*)out;
  const float lo = p->lo, hi = p->hi;
  for (int32_t i = 0; i < count; ++i) y[i] = spindle_limit(pa[i] + pb[i], lo, hi);
}
