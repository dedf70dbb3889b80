/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_neon.h"

/* The most columns whose sum fits in 16 bits: each value is at most 255 from in_zero. */
#define COLUMNS 128

/* Adds `columns` (at most COLUMNS) values of each of 16 channels to sums[0 .. 15]. */
SPINDLE_INLINE void add_16(int32_t* sums, const int8_t* x, int32_t columns, ptrdiff_t channels,
                           int8x8_t zero) {
  int16x8_t low = vdupq_n_s16(0), high = vdupq_n_s16(0);
  for (int32_t i = 0; i < columns; ++i, x += channels) {
    const int8x16_t value = vld1q_s8(x);
    low = vaddq_s16(low, vsubl_s8(vget_low_s8(value), zero));
    high = vaddq_s16(high, vsubl_s8(vget_high_s8(value), zero));
  }
  vst1q_s32(sums, vaddw_s16(vld1q_s32(sums), vget_low_s16(low)));
  vst1q_s32(sums + 4, vaddw_high_s16(vld1q_s32(sums + 4), low));
  vst1q_s32(sums + 8, vaddw_s16(vld1q_s32(sums + 8), vget_low_s16(high)));
  vst1q_s32(sums + 12, vaddw_high_s16(vld1q_s32(sums + 12), high));
}

void spindle_mean_add_s8_neon(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                              int32_t x, int32_t n) {
  int32_t* sums = (int32_t*)acc;
  const int32_t channels = p->channels;
  const int8x8_t zero = vdup_n_s8((int8_t)p->in_zero);
  if (y == 0 && x == 0) {
    for (int32_t c = 0; c < channels; ++c) sums[c] = 0;
  }
  for (int32_t first = 0; first < n; first += COLUMNS) {
    const int8_t* value = (const int8_t*)in + (ptrdiff_t)first * channels;
    const int32_t columns = spindle_min(COLUMNS, n - first);
    int32_t c = 0;
    for (; c + 16 <= channels; c += 16) add_16(sums + c, value + c, columns, channels, zero);
    for (; c < channels; ++c) {
      for (int32_t i = 0; i < columns; ++i) {
        const int32_t term = value[(ptrdiff_t)i * channels + c] - p->in_zero;
        sums[c] = (int32_t)spindle_accumulate((uint32_t)sums[c], term);
      }
    }
  }
}
#else
typedef int spindle_no_neon;
#endif
