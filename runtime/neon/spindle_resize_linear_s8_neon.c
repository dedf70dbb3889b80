/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"

#if defined(__aarch64__) || defined(__ARM_NEON)
#include "spindle_neon.h"
/* must come after the settings of spindle_round.h */
#include "spindle_resize_s8.h"

SPINDLE_INLINE int32x4_t units_of(const float* start, const float* change, float32x4_t weight,
                                  int32x4_t offset) {
  const float32x4_t way = vmulq_f32(vld1q_f32(change), weight);
  return vaddq_s32(vcvtq_s32_f32(vaddq_f32(vld1q_f32(start), way)), offset);
}

SPINDLE_INLINE int32_t spindle_resize_pixel(const spindle_resize_linear_params* p,
                                            const spindle_resize_lines* lines, float weight,
                                            int32_t count, int8_t* out) {
  const int32_t offset =
      p->out_zero * SPINDLE_RESIZE_UNITS + SPINDLE_RESIZE_UNITS / 2 + SPINDLE_RESIZE_NEAR;
  if (count < 8) {
    int32_t near = 0;
    for (int32_t i = 0; i < count; ++i) {
      out[i] = spindle_resize_on_line(lines, i, weight, offset, 1, &near);
    }
    return near < 0;
  }
  const float32x4_t weights = vdupq_n_f32(weight);
  const int32x4_t offsets = vdupq_n_s32(offset);
  uint16x8_t near = vdupq_n_u16(0);
  for (int32_t i = 0; i < count; i += 8) {
    i = spindle_min(i, count - 8);
    const int32x4_t a = units_of(lines->start + i, lines->change + i, weights, offsets);
    const int32x4_t b = units_of(lines->start + i + 4, lines->change + i + 4, weights, offsets);
    /* val[0]: the fractions; val[1]: the integers. */
    const int16x8x2_t parts = vuzpq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b));
    const uint16x8_t limit = vdupq_n_u16(2 * SPINDLE_RESIZE_NEAR);
    near = vorrq_u16(near, vcltq_u16(vreinterpretq_u16_s16(parts.val[0]), limit));
    vst1_s8(out + i, vqmovn_s16(parts.val[1]));
  }
  const uint64x2_t any = vreinterpretq_u64_u16(near);
  return (vgetq_lane_u64(any, 0) | vgetq_lane_u64(any, 1)) != 0;
}

void spindle_resize_linear_s8_neon(const spindle_resize_linear_params* p, const void* in, void* out,
                                   int32_t y, int32_t x, int32_t n) {
  spindle_resize_linear(p, in, (int8_t*)out, y, x, n);
}
#else
typedef int spindle_no_neon;
#endif
