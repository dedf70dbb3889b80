/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_float.h"

void spindle_mean_end_f32(const spindle_mean_f32_params* p, const void* acc, void* out) {
  const float* sums = (const float*)acc;
  float* y = (float*)out;
  const float count = (float)p->rows * (float)p->width;
  for (int32_t c = 0; c < p->channels; ++c) y[c] = spindle_limit(sums[c] / count, p->lo, p->hi);
}
