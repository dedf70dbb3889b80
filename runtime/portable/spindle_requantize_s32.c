/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_requantize.h"

void spindle_requantize_s32(const spindle_requantize_s32_params* p, const void* in, void* out,
                            int32_t pixels) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const int32_t* acc = (const int32_t*)in;
  int8_t* y = (int8_t*)out;
  for (int32_t i = 0; i < pixels; ++i) {
    for (int32_t c = 0; c < p->channels; ++c) {
      y[c] = spindle_requantize(acc[c], p->multiplier[c], range);
    }
    acc += p->channels;
    y += p->channels;
  }
}
