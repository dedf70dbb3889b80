/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"

SPINDLE_INLINE int32x4_t sum_of(int32x4_t a, int32x4_t b, float32x4_t b_scale,
                                const spindle_add_s8_params* p) {
  const float32x4_t fa = vcvtq_f32_s32(vaddq_n_s32(a, p->a_offset));
  const float32x4_t fb = vcvtq_f32_s32(vaddq_n_s32(b, p->b_offset));
  const float32x4_t partial = vfmasq_n_f32(fb, b_scale, p->bias);
  return vqsubq_n_s32(vcvtnq_s32_f32(vfmaq_n_f32(partial, fa, p->a_scale)), p->out_offset);
}

void spindle_add_s8_mve(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                        int32_t count) {
  const spindle_add_s8_params own = *p;
  const int8_t *pa = (const int8_t*)a, *pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const float32x4_t b_scale = vdupq_n_f32(own.b_scale);
  const int32x4_t lo = vdupq_n_s32(own.lo), hi = vdupq_n_s32(own.hi);
  for (; count >= 4; count -= 4, pa += 4, pb += 4, y += 4) {
    const int32x4_t sum = sum_of(vldrbq_s32(pa), vldrbq_s32(pb), b_scale, &own);
    vstrbq_s32(y, vminq_s32(vmaxq_s32(sum, lo), hi));
  }
  if (count > 0) {
    const mve_pred16_t inside = vctp32q((uint32_t)count);
    const int32x4_t sum = sum_of(vldrbq_z_s32(pa, inside), vldrbq_z_s32(pb, inside), b_scale, &own);
    vstrbq_p_s32(y, vminq_s32(vmaxq_s32(sum, lo), hi), inside);
  }
}
#else
typedef int spindle_no_mve;
#endif
