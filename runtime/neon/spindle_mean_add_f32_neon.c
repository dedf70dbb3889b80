/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_neon.h"

void spindle_mean_add_f32_neon(const spindle_mean_f32_params* p, const void* in, void* acc,
                               int32_t y, int32_t x, int32_t n) {
  const float* value = (const float*)in;
  const int first = y == 0 && x == 0;
  float* sums = (float*)acc;
  const ptrdiff_t channels = p->channels;
  ptrdiff_t c = 0;
  for (; c + 4 <= channels; c += 4) {
    float32x4_t sum = first ? vdupq_n_f32(0.0f) : vld1q_f32(sums + c);
    for (int32_t i = 0; i < n; ++i) sum = vaddq_f32(sum, vld1q_f32(value + i * channels + c));
    vst1q_f32(sums + c, sum);
  }
  for (; c < channels; ++c) {
    if (first) sums[c] = 0.0f;
    for (int32_t i = 0; i < n; ++i) sums[c] += value[i * channels + c];
  }
}
#else
typedef int spindle_no_neon;
#endif
