/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_requantize.h"

void spindle_mean_end_s8(const spindle_mean_s8_params* p, const void* acc, void* out) {
  const int32_t* sums = (const int32_t*)acc;
  int8_t* y = (int8_t*)out;
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const float multiplier = p->multiplier;
  for (int32_t c = 0; c < p->channels; ++c) y[c] = spindle_requantize(sums[c], multiplier, range);
}
