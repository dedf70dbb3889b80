/* SPDX-License-Identifier: Apache-2.0 */
/* What the NEON kernels share: requantization of whole vectors. For cores with NEON, AArch64 and
 * 32-bit (Armv7-A). */
#ifndef SPINDLE_NEON_H
#define SPINDLE_NEON_H

#include <arm_neon.h>
#include <stdint.h>

#include "spindle_compiler.h"

#if !defined(__aarch64__)
/* AArch64 instructions that work on the upper halves of registers, or across a register. */
SPINDLE_INLINE int16x8_t vmull_high_s8(int8x16_t a, int8x16_t b) {
  return vmull_s8(vget_high_s8(a), vget_high_s8(b));
}
SPINDLE_INLINE int16x8_t vmlal_high_s8(int16x8_t sum, int8x16_t a, int8x16_t b) {
  return vmlal_s8(sum, vget_high_s8(a), vget_high_s8(b));
}
SPINDLE_INLINE int32x4_t vaddw_high_s16(int32x4_t a, int16x8_t b) {
  return vaddw_s16(a, vget_high_s16(b));
}
SPINDLE_INLINE int16x8_t vmovl_high_s8(int8x16_t a) {
  return vmovl_s8(vget_high_s8(a));
}
SPINDLE_INLINE int32x4_t vmovl_high_s16(int16x8_t a) {
  return vmovl_s16(vget_high_s16(a));
}
SPINDLE_INLINE int16x8_t vqmovn_high_s32(int16x4_t low, int32x4_t a) {
  return vcombine_s16(low, vqmovn_s32(a));
}
SPINDLE_INLINE int8x16_t vqmovn_high_s16(int8x8_t low, int16x8_t a) {
  return vcombine_s8(low, vqmovn_s16(a));
}
SPINDLE_INLINE int32x4_t vpaddq_s32(int32x4_t a, int32x4_t b) {
  return vcombine_s32(vpadd_s32(vget_low_s32(a), vget_high_s32(a)),
                      vpadd_s32(vget_low_s32(b), vget_high_s32(b)));
}
SPINDLE_INLINE int32_t vaddvq_s32(int32x4_t a) {
  const int32x2_t two = vadd_s32(vget_low_s32(a), vget_high_s32(a));
  return vget_lane_s32(vpadd_s32(two, two), 0);
}
#endif

/* How accumulators become an 8-bit output. */
typedef struct {
  int16x8_t zero;
  int8x16_t lo, hi;
  float32x4_t rounder; /* 1.5 * 2^23 + zero point; adding it to a float rounds */
  /* 1 if rounded products fit into 16 bits, the zero point is even, and the limits are those of
   * int8. spindle_neon_bytes then needs no saturation but the last one. */
  int32_t simple;
} spindle_neon_range;

SPINDLE_INLINE spindle_neon_range spindle_neon_output_range(int32_t zero, int32_t lo, int32_t hi,
                                                            int32_t narrow) {
  spindle_neon_range range;
  range.zero = vdupq_n_s16((int16_t)zero);
  range.lo = vdupq_n_s8((int8_t)lo);
  range.hi = vdupq_n_s8((int8_t)hi);
  range.rounder = vdupq_n_f32(12582912.0f + (float)zero);
  range.simple = narrow && zero % 2 == 0 && lo <= -128 && hi >= 127;
  return range;
}

/* x rounded half to even. A value beyond int16 gives some value of the same sign that is at or
 * beyond the limits +-32767, which is all that an 8-bit result needs. */
SPINDLE_INLINE int32x4_t spindle_neon_round(float32x4_t x) {
#if defined(__aarch64__)
  return vcvtnq_s32_f32(x);
#else
  /* Adding 1.5 * 2^23 rounds, because the last bit of such a float has the value 1. */
  const float32x4_t limit = vdupq_n_f32(32767.0f);
  const float32x4_t inside = vmaxq_f32(vminq_f32(x, limit), vnegq_f32(limit));
  const float32x4_t sum = vaddq_f32(inside, vdupq_n_f32(12582912.0f));
  return vsubq_s32(vreinterpretq_s32_f32(sum), vdupq_n_s32(0x4B400000));
#endif
}

/* Hides from the compiler how `vector` was computed. */
#define SPINDLE_NEON_OPAQUE(vector) __asm__("" : "+w"(vector))

/* Accumulators times their multipliers, the product rounded to float. SPINDLE_NEON_OPAQUE keeps
 * every compiler, whatever its flags, from fusing the product with an addition that follows. */
SPINDLE_INLINE float32x4_t spindle_neon_product(int32x4_t acc, float32x4_t multiplier) {
  float32x4_t product = vmulq_f32(vcvtq_f32_s32(acc), multiplier);
  SPINDLE_NEON_OPAQUE(product);
  return product;
}

/* Eight results with the zero point added, saturated to 16 bits. */
SPINDLE_INLINE int16x8_t spindle_neon_requantize_8(int32x4_t acc0, int32x4_t acc1, float32x4_t m0,
                                                   float32x4_t m1, spindle_neon_range range) {
  const int32x4_t y0 = spindle_neon_round(spindle_neon_product(acc0, m0)),
                  y1 = spindle_neon_round(spindle_neon_product(acc1, m1));
  return vqaddq_s16(vqmovn_high_s32(vqmovn_s32(y0), y1), range.zero);
}

/* The same if range.simple is 1. The last bit of the sum has the value 1, so the addition rounds,
 * half to even because the zero point is even. The low half of the sum's bits is the result. */
SPINDLE_INLINE int16x8_t spindle_neon_simple_8(int32x4_t acc0, int32x4_t acc1, float32x4_t m0,
                                               float32x4_t m1, spindle_neon_range range) {
  const float32x4_t y0 = vaddq_f32(spindle_neon_product(acc0, m0), range.rounder),
                    y1 = vaddq_f32(spindle_neon_product(acc1, m1), range.rounder);
#if defined(__aarch64__)
  return vuzp1q_s16(vreinterpretq_s16_f32(y0), vreinterpretq_s16_f32(y1));
#else
  return vcombine_s16(vmovn_s32(vreinterpretq_s32_f32(y0)), vmovn_s32(vreinterpretq_s32_f32(y1)));
#endif
}

/* Turns eight (sixteen) accumulators into bytes within the limits. `simple` is a constant with the
 * value of range.simple. */
SPINDLE_INLINE int8x8_t spindle_neon_bytes_8(const int32x4_t* acc, float32x4_t m0, float32x4_t m1,
                                             spindle_neon_range range, int32_t simple) {
  if (simple) return vqmovn_s16(spindle_neon_simple_8(acc[0], acc[1], m0, m1, range));
  const int8x8_t y = vqmovn_s16(spindle_neon_requantize_8(acc[0], acc[1], m0, m1, range));
  return vmin_s8(vmax_s8(y, vget_low_s8(range.lo)), vget_low_s8(range.hi));
}

SPINDLE_INLINE int8x16_t spindle_neon_join(int16x8_t a, int16x8_t b) {
  return vqmovn_high_s16(vqmovn_s16(a), b);
}

SPINDLE_INLINE int8x16_t spindle_neon_bytes_16(const int32x4_t* acc, const float32x4_t* m,
                                               spindle_neon_range range, int32_t simple) {
  if (simple) {
    return spindle_neon_join(spindle_neon_simple_8(acc[0], acc[1], m[0], m[1], range),
                             spindle_neon_simple_8(acc[2], acc[3], m[2], m[3], range));
  }
  const int8x16_t y =
      spindle_neon_join(spindle_neon_requantize_8(acc[0], acc[1], m[0], m[1], range),
                        spindle_neon_requantize_8(acc[2], acc[3], m[2], m[3], range));
  return vminq_s8(vmaxq_s8(y, range.lo), range.hi);
}

/* Keeps `pointer` in a register of its own. Otherwise compilers compute the row pointers of a tile
 * from the first one again and again, with an addition for each load. */
#define SPINDLE_NEON_KEEP(pointer) __asm__("" : "+r"(pointer))

/* Keeps compilers from loading data early for which there are no free registers. */
#define SPINDLE_NEON_PAUSE() __asm__ volatile("" ::: "memory")

/* At the end of a branch: keeps compilers from merging it with the other branch. */
#define SPINDLE_NEON_APART(pointer) __asm__ volatile("" : : "r"(pointer))

/* Stores lane `lane` of four 32-bit lanes to an address of any alignment. */
#if defined(__aarch64__)
#define spindle_neon_store_4(out, value, lane) vst1q_lane_s32((int32_t*)(void*)(out), value, lane)
#else
/* On 32-bit cores the store may require an aligned address, so a copy is used. */
#define spindle_neon_store_4(out, value, lane)                   \
  do {                                                           \
    const int32_t spindle_four = vgetq_lane_s32(value, lane);    \
    __builtin_memcpy((out), &spindle_four, sizeof spindle_four); \
  } while (0)
#endif

/* A matrix product of pixels and packed weights. The inputs of neighbouring pixels are in_stride
 * bytes apart, their results out_stride bytes. Each pixel has `depth` inputs. */
typedef struct {
  const int8_t* panels;
  const int32_t* weight_zero; /* or NULL */
  int32_t depth, in_stride, out_channels, out_stride;
} spindle_gemm_s8;

/* Where the inputs and outputs of a tile's pixels are. The last two pixels may be the same one. */
typedef struct {
  const int8_t* in[8];
  int8_t* out[8];
} spindle_gemm_rows;

/* Code that runs rarely; if it were inlined it would take registers from the loops around it. */
#define SPINDLE_NEON_ASIDE SPINDLE_ASIDE

#endif /* SPINDLE_NEON_H */
