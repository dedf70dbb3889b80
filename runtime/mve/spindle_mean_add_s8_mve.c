/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"

void spindle_mean_add_s8_mve(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                             int32_t x, int32_t n) {
  const int8_t* value = (const int8_t*)in;
  int32_t* sums = (int32_t*)acc;
  const int32_t channels = p->channels, zeros = -n * p->in_zero;
  const int32_t begins = y == 0 && x == 0;
  for (int32_t c = 0; c < channels; c += 4) {
    const mve_pred16_t inside = vctp32q((uint32_t)(channels - c));
    const int8_t* pixel = value + c;
    int32x4_t sum = begins ? vdupq_n_s32(0) : vldrwq_z_s32(sums + c, inside);
    sum = vaddq_n_s32(sum, zeros);
    for (int32_t i = 0; i < n; ++i, pixel += channels) {
      sum = vaddq_s32(sum, vldrbq_z_s32(pixel, inside));
    }
    vstrwq_p_s32(sums + c, sum, inside);
  }
}
#else
typedef int spindle_no_mve;
#endif
