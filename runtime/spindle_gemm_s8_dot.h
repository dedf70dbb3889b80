/* The tile of spindle_gemm_s8.h by SDOT: only for cores with dot product.
 *
 * A panel holds the weights of 8 output channels in quads, [quad][8 channels][4 inputs], in the
 * order in which inputs are read: 16 at a time (4 quads); then the last depth % 16, in as many
 * quads as needed, which end at the last input (weights of inputs that they share with what came
 * before are 0). A depth of 9 to 15 is read as the first 8 inputs and the last 8, one of 8 as two
 * quads. */
#ifndef SPINDLE_GEMM_S8_DOT_H
#define SPINDLE_GEMM_S8_DOT_H

#include "spindle.h"
#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 8
#define SPINDLE_GEMM_OUTPUTS 8

SPINDLE_INLINE ptrdiff_t spindle_gemm_panel_bytes(int32_t depth) {
  const int32_t quads = depth < 16 && depth > 8 ? 4 : (depth + 3) / 4;
  return (ptrdiff_t)quads * 32;
}

/* The next larger depth, from 16 on, that leaves no part of a vector idle. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 3) & ~3);
}

SPINDLE_INLINE int32_t spindle_gemm_sum(const int8_t* in, int32_t depth) {
  int32x4_t sums = vdupq_n_s32(0);
  int32_t k = 0;
  for (; k + 16 <= depth; k += 16) sums = vdotq_s32(sums, vld1q_s8(in + k), vdupq_n_s8(1));
  int32_t sum = vaddvq_s32(sums);
  for (; k < depth; ++k) sum += in[k];
  return sum;
}

SPINDLE_INLINE void spindle_dot_store(spindle_gemm_s8 p, int32x4_t (*acc)[2], int8_t* out,
                                      spindle_neon_range range, int32_t pixels, int32_t limited) {
  const float32x4_t m0 = vld1q_f32(p.multiplier), m1 = vld1q_f32(p.multiplier + 4);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i, out += p.out_stride) {
    const int16x8_t y = spindle_neon_requantize_8(acc[i][0], acc[i][1], m0, m1, range);
    vst1_s8(out, spindle_neon_bytes_8(y, range, limited));
  }
}

/* `quad` of each pixel's 16 inputs, times the next weights. */
#define SPINDLE_DOT_QUAD(quad)                                \
  do {                                                        \
    const int8x16_t w0 = vld1q_s8(w), w1 = vld1q_s8(w + 16);  \
    w += 32;                                                  \
    SPINDLE_UNROLL                                            \
    for (int32_t i = 0; i < pixels; ++i) {                    \
      acc[i][0] = vdotq_laneq_s32(acc[i][0], w0, x[i], quad); \
      acc[i][1] = vdotq_laneq_s32(acc[i][1], w1, x[i], quad); \
    }                                                         \
  } while (0)

SPINDLE_INLINE void spindle_gemm_tile(spindle_gemm_s8 p, const int8_t* const* row, int8_t* out,
                                      const int32_t* sums, spindle_neon_range range,
                                      int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS][2];
  int8x16_t x[SPINDLE_GEMM_PIXELS];
  const int8_t* w = p.weights;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    /* One load of both is less than two copies. */
    SPINDLE_NEON_KEEP(p.bias);
    acc[i][0] = vld1q_s32(p.bias);
    acc[i][1] = vld1q_s32(p.bias + 4);
  }
  if (p.weight_zero) {
    const int32x4_t zero0 = vld1q_s32(p.weight_zero), zero1 = vld1q_s32(p.weight_zero + 4);
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      acc[i][0] = vmlsq_n_s32(acc[i][0], zero0, sums[i]);
      acc[i][1] = vmlsq_n_s32(acc[i][1], zero1, sums[i]);
    }
  }
  const int32_t whole = p.depth & ~15;
  for (ptrdiff_t k = 0; k < whole; k += 16) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) x[i] = vld1q_s8(row[i] + k);
    SPINDLE_DOT_QUAD(0);
    SPINDLE_DOT_QUAD(1);
    SPINDLE_DOT_QUAD(2);
    SPINDLE_DOT_QUAD(3);
  }
  if (whole < p.depth) {
    const int32_t rest = whole == 0 && p.depth > 8 ? 16 : p.depth - whole;
    const int32_t low = whole == 0 ? 0 : p.depth - 16;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      x[i] = vcombine_s8(vld1_s8(row[i] + low), vld1_s8(row[i] + p.depth - 8));
    }
    if (rest > 12) SPINDLE_DOT_QUAD(0);
    if (rest > 8) SPINDLE_DOT_QUAD(1);
    if (rest > 4) SPINDLE_DOT_QUAD(2);
    SPINDLE_DOT_QUAD(3);
  }
  if (range.limited) {
    spindle_dot_store(p, acc, out, range, pixels, 1);
  } else {
    spindle_dot_store(p, acc, out, range, pixels, 0);
  }
}

#undef SPINDLE_DOT_QUAD

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_DOT_H */
