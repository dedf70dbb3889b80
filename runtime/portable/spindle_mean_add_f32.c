/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

void spindle_mean_add_f32(const spindle_mean_f32_params* p, const void* in, void* acc, int32_t y,
                          int32_t x, int32_t n) {
  const float* value = (const float*)in;
  float* sums = (float*)acc;
  const int32_t channels = p->channels;
  if (y == 0 && x == 0) {
    for (int32_t c = 0; c < channels; ++c) sums[c] = 0.0f;
  }
  for (int32_t column = 0; column < n; ++column) {
    for (int32_t c = 0; c < channels; ++c) sums[c] += value[c];
    value += channels;
  }
}
