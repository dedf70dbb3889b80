/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"

/* MVE has no division. This computes x / scale, correctly rounded: the product of x and the
 * reciprocal, corrected twice by its exact remainder. After the first correction the error is less
 * than one unit in the last place; from there the second correction gives the rounded quotient
 * (Markstein). Values that saturate anyway are limited first, so that nothing overflows. */
typedef struct {
  float32x4_t lo, hi;
  float minus_scale, reciprocal;
} divisor;

SPINDLE_INLINE int32x4_t quotient(float32x4_t x, divisor d) {
  float32x4_t q;
  x = vminnmq_f32(vmaxnmq_f32(x, d.lo), d.hi);
  q = vmulq_n_f32(x, d.reciprocal);
  q = vfmaq_n_f32(q, vfmaq_n_f32(x, q, d.minus_scale), d.reciprocal);
  q = vfmaq_n_f32(q, vfmaq_n_f32(x, q, d.minus_scale), d.reciprocal);
  return vcvtnq_s32_f32(q);
}

void spindle_quantize_f32_s8_mve(const spindle_quantize_params* p, const void* in, void* out,
                                 int32_t count) {
  const float* x = (const float*)in;
  int8_t* y = (int8_t*)out;
  const int16_t zero = (int16_t)p->zero;
  divisor d;
  d.lo = vdupq_n_f32(-1024.0f * p->scale);
  d.hi = vdupq_n_f32(1024.0f * p->scale);
  d.minus_scale = -p->scale;
  d.reciprocal = 1.0f / p->scale;
  for (; count >= 16; count -= 16, x += 16, y += 16) {
    const float32x4x4_t v = vld4q_f32(x); /* elements 0, 4, 8, 12; 1, 5, ... */
    int16x8_t even = vqmovnbq_s32(vdupq_n_s16(0), quotient(v.val[0], d));
    int16x8_t odd = vqmovnbq_s32(vdupq_n_s16(0), quotient(v.val[1], d));
    even = vqaddq_n_s16(vqmovntq_s32(even, quotient(v.val[2], d)), zero);
    odd = vqaddq_n_s16(vqmovntq_s32(odd, quotient(v.val[3], d)), zero);
    vst1q_s8(y, vqmovntq_s16(vqmovnbq_s16(vdupq_n_s8(0), even), odd));
  }
  for (; count > 0; count -= 4, x += 4, y += 4) {
    const mve_pred16_t inside = vctp32q((uint32_t)count);
    int16x8_t even = vqmovnbq_s32(vdupq_n_s16(0), quotient(vldrwq_z_f32(x, inside), d));
    even = vqaddq_n_s16(even, zero);
    vstrbq_p_s32(y, vreinterpretq_s32_s8(vqmovnbq_s16(vdupq_n_s8(0), even)), inside);
  }
}
#else
typedef int spindle_no_mve;
#endif
