/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"

/* The numeric contract demands fused multiply-adds here. */
#if defined(__aarch64__) || (defined(__ARM_NEON) && defined(__ARM_FEATURE_FMA))
#include "spindle_neon.h"

typedef struct {
  float32x4_t a_scale, b_scale, bias;
  int16x8_t a_offset, b_offset, out_offset;
  int8x16_t lo, hi;
} constants;

SPINDLE_INLINE int16x8_t add_8(int16x8_t a, int16x8_t b, const constants* k) {
  a = vaddq_s16(a, k->a_offset);
  b = vaddq_s16(b, k->b_offset);
  const float32x4_t a0 = vcvtq_f32_s32(vmovl_s16(vget_low_s16(a))),
                    a1 = vcvtq_f32_s32(vmovl_high_s16(a)),
                    b0 = vcvtq_f32_s32(vmovl_s16(vget_low_s16(b))),
                    b1 = vcvtq_f32_s32(vmovl_high_s16(b));
  const float32x4_t y0 = vfmaq_f32(vfmaq_f32(k->bias, b0, k->b_scale), a0, k->a_scale),
                    y1 = vfmaq_f32(vfmaq_f32(k->bias, b1, k->b_scale), a1, k->a_scale);
  const int16x8_t y = vqmovn_high_s32(vqmovn_s32(spindle_neon_round(y0)), spindle_neon_round(y1));
  return vqsubq_s16(y, k->out_offset);
}

SPINDLE_INLINE int8x16_t add_16(int8x16_t a, int8x16_t b, const constants* k) {
  const int16x8_t low = add_8(vmovl_s8(vget_low_s8(a)), vmovl_s8(vget_low_s8(b)), k);
  const int16x8_t high = add_8(vmovl_high_s8(a), vmovl_high_s8(b), k);
  return vminq_s8(vmaxq_s8(vqmovn_high_s16(vqmovn_s16(low), high), k->lo), k->hi);
}

void spindle_add_s8_neon(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                         int32_t count) {
  const int8_t* pa = (const int8_t*)a;
  const int8_t* pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  constants k;
  k.a_scale = vdupq_n_f32(p->a_scale);
  k.b_scale = vdupq_n_f32(p->b_scale);
  k.bias = vdupq_n_f32(p->bias);
  k.a_offset = vdupq_n_s16((int16_t)p->a_offset);
  k.b_offset = vdupq_n_s16((int16_t)p->b_offset);
  k.out_offset = vdupq_n_s16((int16_t)p->out_offset);
  k.lo = vdupq_n_s8((int8_t)p->lo);
  k.hi = vdupq_n_s8((int8_t)p->hi);
  int32_t i = 0;
  for (; i + 16 <= count; i += 16) {
    vst1q_s8(y + i, add_16(vld1q_s8(pa + i), vld1q_s8(pb + i), &k));
  }
  if (i < count) {
    int8_t last_a[16] = {0}, last_b[16] = {0};
    memcpy(last_a, pa + i, (size_t)(count - i));
    memcpy(last_b, pb + i, (size_t)(count - i));
    vst1q_s8(last_a, add_16(vld1q_s8(last_a), vld1q_s8(last_b), &k));
    memcpy(y + i, last_a, (size_t)(count - i));
  }
}
#else
typedef int spindle_no_neon;
#endif
