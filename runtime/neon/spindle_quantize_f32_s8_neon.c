/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__aarch64__)
#include "spindle_neon.h"

SPINDLE_INLINE int16x8_t quantize_8(const float* x, float32x4_t scale, int16x8_t zero) {
  const int32x4_t low = vcvtnq_s32_f32(vdivq_f32(vld1q_f32(x), scale));
  const int32x4_t high = vcvtnq_s32_f32(vdivq_f32(vld1q_f32(x + 4), scale));
  return vqaddq_s16(vqmovn_high_s32(vqmovn_s32(low), high), zero);
}

void spindle_quantize_f32_s8_neon(const spindle_quantize_params* p, const void* in, void* out,
                                  int32_t count) {
  const float* x = (const float*)in;
  int8_t* y = (int8_t*)out;
  const float32x4_t scale = vdupq_n_f32(p->scale);
  const int16x8_t zero = vdupq_n_s16((int16_t)p->zero);
  int32_t i = 0;
  for (; i + 8 <= count; i += 8) vst1_s8(y + i, vqmovn_s16(quantize_8(x + i, scale, zero)));
  for (; i < count; ++i) {
    const int16x4_t one = vqadd_s16(vqmovn_s32(vcvtnq_s32_f32(vdivq_f32(vdupq_n_f32(x[i]), scale))),
                                    vget_low_s16(zero));
    vst1_lane_s8(y + i, vqmovn_s16(vcombine_s16(one, one)), 0);
  }
}
#else
typedef int spindle_no_neon;
#endif
