/* What the NEON kernels share: requantization of whole vectors. Only for cores with NEON. */
#ifndef SPINDLE_NEON_H
#define SPINDLE_NEON_H

#include <arm_neon.h>
#include <stdint.h>

#include "spindle_compiler.h"

/* Zero point and limits of an 8-bit output; `limited` is 0 if the limits are the type's own, which
 * saturation applies by itself. */
typedef struct {
  int16x8_t zero;
  int8x16_t lo, hi;
  int32_t limited;
} spindle_neon_range;

SPINDLE_INLINE spindle_neon_range spindle_neon_output_range(int32_t zero, int32_t lo, int32_t hi) {
  spindle_neon_range range;
  range.zero = vdupq_n_s16((int16_t)zero);
  range.lo = vdupq_n_s8((int8_t)lo);
  range.hi = vdupq_n_s8((int8_t)hi);
  range.limited = lo > -128 || hi < 127;
  return range;
}

/* x rounded half to even, saturated to int16 at least (which is all that an 8-bit result needs). */
SPINDLE_INLINE int32x4_t spindle_neon_round(float32x4_t x) {
#if defined(__aarch64__)
  return vcvtnq_s32_f32(x);
#else
  /* At 1.5 * 2^23 the unit of the last place is 1: adding it rounds. */
  const float32x4_t limit = vdupq_n_f32(32767.0f);
  const float32x4_t inside = vmaxq_f32(vminq_f32(x, limit), vnegq_f32(limit));
  const float32x4_t sum = vaddq_f32(inside, vdupq_n_f32(12582912.0f));
  return vsubq_s32(vreinterpretq_s32_f32(sum), vdupq_n_s32(0x4B400000));
#endif
}

/* Four accumulators times their multipliers, the product rounded to float, then to integers. */
SPINDLE_INLINE int32x4_t spindle_neon_scale(int32x4_t acc, float32x4_t multiplier) {
  return spindle_neon_round(vmulq_f32(vcvtq_f32_s32(acc), multiplier));
}

/* Eight results with the zero point added; saturates, so that limits may be applied later. */
SPINDLE_INLINE int16x8_t spindle_neon_requantize_8(int32x4_t acc0, int32x4_t acc1, float32x4_t m0,
                                                   float32x4_t m1, spindle_neon_range range) {
  const int16x4_t low = vqmovn_s32(spindle_neon_scale(acc0, m0));
#if defined(__aarch64__)
  const int16x8_t both = vqmovn_high_s32(low, spindle_neon_scale(acc1, m1));
#else
  const int16x8_t both = vcombine_s16(low, vqmovn_s32(spindle_neon_scale(acc1, m1)));
#endif
  return vqaddq_s16(both, range.zero);
}

/* Eight or two times eight results as bytes, within the limits if `limited` (a constant). */
SPINDLE_INLINE int8x8_t spindle_neon_bytes_8(int16x8_t a, spindle_neon_range range,
                                             int32_t limited) {
  const int8x8_t y = vqmovn_s16(a);
  if (!limited) return y;
  return vmin_s8(vmax_s8(y, vget_low_s8(range.lo)), vget_low_s8(range.hi));
}

SPINDLE_INLINE int8x16_t spindle_neon_bytes_16(int16x8_t a, int16x8_t b, spindle_neon_range range,
                                               int32_t limited) {
#if defined(__aarch64__)
  const int8x16_t y = vqmovn_high_s16(vqmovn_s16(a), b);
#else
  const int8x16_t y = vcombine_s8(vqmovn_s16(a), vqmovn_s16(b));
#endif
  return limited ? vminq_s8(vmaxq_s8(y, range.lo), range.hi) : y;
}

/* Keeps `pointer` in a register of its own: compilers like to compute the rows of a tile anew from
 * the first one, with an addition for each load. */
#define SPINDLE_NEON_KEEP(pointer) __asm__("" : "+r"(pointer))

/* Lane `lane` of four to an address of any alignment. */
#define spindle_neon_store_4(out, value, lane) vst1q_lane_s32((int32_t*)(void*)(out), value, lane)

/* Operands of a tile of a matrix product: pixels of `depth` values, in_stride bytes apart, times a
 * panel of packed weights; results out_stride bytes from pixel to pixel. */
typedef struct {
  const int8_t* weights;
  const int32_t* bias;
  const float* multiplier;
  const int32_t* weight_zero; /* or NULL */
  int32_t depth, in_stride, out_stride;
} spindle_gemm_s8;

#endif /* SPINDLE_NEON_H */
