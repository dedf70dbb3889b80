/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_float.h"
#include "spindle_round.h"

void spindle_mean_end_s8_f32(const spindle_mean_s8_f32_params* p, const void* acc, void* out) {
  const int32_t* sums = (const int32_t*)acc;
  float* y = (float*)out;
  for (int32_t c = 0; c < p->channels; ++c) {
    const float sum = (float)sums[c] * p->scale;
    y[c] = spindle_limit(sum / p->divisor, p->lo, p->hi);
  }
}
