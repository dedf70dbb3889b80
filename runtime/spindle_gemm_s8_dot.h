/* The tile of spindle_gemm_s8.h by SDOT: only for cores with dot product.
 *
 * A panel holds the weights of 8 output channels in quads, [quad][8 channels][4 inputs], in the
 * order in which inputs are read: 16 at a time (4 quads); then the last depth % 16, in as many quads
 * as needed, which end at the last input (weights of inputs that they share with what came before
 * are 0). A depth of 9 to 15 is read as the first 8 inputs and the last 8, one of 8 as two quads. */
#ifndef SPINDLE_GEMM_S8_DOT_H
#define SPINDLE_GEMM_S8_DOT_H

#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 8
#define SPINDLE_GEMM_OUTPUTS 8

SPINDLE_INLINE ptrdiff_t spindle_gemm_panel_bytes(int32_t depth) {
  const int32_t quads = depth < 16 && depth > 8 ? 4 : (depth + 3) / 4;
  return (ptrdiff_t)quads * 32;
}

SPINDLE_INLINE int32_t spindle_gemm_sum(const int8_t *in, int32_t depth) {
  int32x4_t sums = vdupq_n_s32(0);
  int32_t k = 0;
  for (; k + 16 <= depth; k += 16) sums = vdotq_s32(sums, vld1q_s8(in + k), vdupq_n_s8(1));
  int32_t sum = vaddvq_s32(sums);
  for (; k < depth; ++k) sum += in[k];
  return sum;
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

SPINDLE_INLINE void spindle_gemm_tile(spindle_gemm_s8 p, const int8_t *in, int8_t *out,
                                      const int32_t *sums, spindle_neon_range range,
                                      int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS][2];
  int8x16_t x[SPINDLE_GEMM_PIXELS];
  const int8_t *row[SPINDLE_GEMM_PIXELS];
  const int8_t *w = p.weights;
  const int32x4_t bias0 = vld1q_s32(p.bias), bias1 = vld1q_s32(p.bias + 4);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    row[i] = in + (ptrdiff_t)i * p.in_stride;
    SPINDLE_NEON_KEEP(row[i]);
    acc[i][0] = bias0;
    acc[i][1] = bias1;
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
  const float32x4_t m0 = vld1q_f32(p.multiplier), m1 = vld1q_f32(p.multiplier + 4);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; i += 2) {
    const int32_t j = i + 1 < pixels ? i + 1 : i;
    const int8x16_t y =
        spindle_neon_limit(spindle_neon_requantize_8(acc[i][0], acc[i][1], m0, m1, range),
                           spindle_neon_requantize_8(acc[j][0], acc[j][1], m0, m1, range), range);
    vst1_s8(out + (ptrdiff_t)i * p.out_stride, vget_low_s8(y));
    if (j > i) vst1_s8(out + (ptrdiff_t)j * p.out_stride, vget_high_s8(y));
  }
}

#undef SPINDLE_DOT_QUAD

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_DOT_H */
