/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_float.h"
#include "spindle_neon.h"

void spindle_add_f32_neon(const spindle_clip_f32_params* p, const void* a, const void* b, void* out,
                          int32_t count) {
  const float* pa = (const float*)a;
  const float* pb = (const float*)b;
  float* y = (float*)out;
  const float32x4_t lo = vdupq_n_f32(p->lo), hi = vdupq_n_f32(p->hi);
  int32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float32x4_t sum = vaddq_f32(vld1q_f32(pa + i), vld1q_f32(pb + i));
    vst1q_f32(y + i, vminq_f32(vmaxq_f32(sum, lo), hi));
  }
  for (; i < count; ++i) y[i] = spindle_limit(pa[i] + pb[i], p->lo, p->hi);
}
#else
typedef int spindle_no_neon;
#endif
