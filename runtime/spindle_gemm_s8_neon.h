/* The tile of spindle_gemm_s8.h by widening multiplications, for cores with NEON.
 *
 * Each pair of a pixel and an output channel has an accumulator of 4 lanes. Two products of 8 bits
 * are added in 16 bits, which never overflows unless both weights are -128.
 *
 * A panel holds the weights of 4 output channels, [block of inputs][4 channels][inputs of a block],
 * in the order in which inputs are read: blocks of 16; then, if inputs are left, the last 8 or, if
 * more than 8 are left, the last 16 (weights of inputs shared with the block before are 0). A depth
 * of 8 to 15 is one block: the first 8 inputs and the last 8. */
#ifndef SPINDLE_GEMM_S8_NEON_H
#define SPINDLE_GEMM_S8_NEON_H

#include "spindle.h"
#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 4
#define SPINDLE_GEMM_OUTPUTS 4

SPINDLE_INLINE ptrdiff_t spindle_gemm_panel_bytes(int32_t depth) {
  const int32_t rest = depth % 16;
  const int32_t inputs = depth - rest + (rest == 0 ? 0 : rest <= 8 && depth > 16 ? 8 : 16);
  return (ptrdiff_t)inputs * SPINDLE_GEMM_OUTPUTS;
}

/* The next larger depth, from 16 on, that leaves no part of a vector idle. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 15) & ~15);
}

SPINDLE_INLINE int32_t spindle_gemm_sum(const int8_t* in, int32_t depth) {
  int32x4_t sums = vdupq_n_s32(0);
  int32_t k = 0;
  for (; k + 16 <= depth; k += 16) sums = vpadalq_s16(sums, vpaddlq_s8(vld1q_s8(in + k)));
  int32_t sum = vaddvq_s32(sums);
  for (; k < depth; ++k) sum += in[k];
  return sum;
}

/* Sixteen products, as eight sums of two. */
SPINDLE_INLINE int16x8_t spindle_gemm_products(int8x16_t x, int8x16_t w) {
  return vmlal_high_s8(vmull_s8(vget_low_s8(x), vget_low_s8(w)), x, w);
}

/* Sixteen inputs of each pixel, from input `k` on, times the next weights. */
#define SPINDLE_GEMM_BLOCK(k)                                                     \
  do {                                                                            \
    SPINDLE_UNROLL                                                                \
    for (int32_t i = 0; i < pixels; ++i) x[i] = vld1q_s8(row[i] + (k));           \
    SPINDLE_UNROLL                                                                \
    for (int32_t j = 0; j < SPINDLE_GEMM_OUTPUTS; ++j) {                          \
      const int8x16_t weights = vld1q_s8(w + 16 * j);                             \
      SPINDLE_UNROLL                                                              \
      for (int32_t i = 0; i < pixels; ++i) {                                      \
        acc[i][j] = vpadalq_s16(acc[i][j], spindle_gemm_products(x[i], weights)); \
      }                                                                           \
    }                                                                             \
    w += 16 * SPINDLE_GEMM_OUTPUTS;                                               \
  } while (0)

SPINDLE_INLINE void spindle_gemm_tile(spindle_gemm_s8 p, const int8_t* const* row, int8_t* out,
                                      const int32_t* sums, spindle_neon_range range,
                                      int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS][SPINDLE_GEMM_OUTPUTS];
  int8x16_t x[SPINDLE_GEMM_PIXELS];
  const int8_t* w = p.weights;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    x[i] = p.depth >= 16 ? vld1q_s8(row[i])
                         : vcombine_s8(vld1_s8(row[i]), vld1_s8(row[i] + p.depth - 8));
  }
  SPINDLE_UNROLL
  for (int32_t j = 0; j < SPINDLE_GEMM_OUTPUTS; ++j) {
    const int8x16_t weights = vld1q_s8(w + 16 * j);
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      acc[i][j] = vpaddlq_s16(spindle_gemm_products(x[i], weights));
    }
  }
  w += 16 * SPINDLE_GEMM_OUTPUTS;
  const int32_t whole = p.depth & ~15;
  for (ptrdiff_t k = 16; k < whole; k += 16) {
    SPINDLE_GEMM_BLOCK(k);
  }
  if (p.depth > 16 && p.depth - whole > 8) {
    SPINDLE_GEMM_BLOCK(p.depth - 16);
  } else if (p.depth > 16 && p.depth > whole) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const int8x8_t last = vld1_s8(row[i] + p.depth - 8);
      SPINDLE_UNROLL
      for (int32_t j = 0; j < SPINDLE_GEMM_OUTPUTS; ++j) {
        acc[i][j] = vpadalq_s16(acc[i][j], vmull_s8(last, vld1_s8(w + 8 * j)));
      }
    }
  }
  const int32x4_t bias = vld1q_s32(p.bias);
  int32x4_t sum[SPINDLE_GEMM_PIXELS];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    sum[i] = vaddq_s32(
        bias, vpaddq_s32(vpaddq_s32(acc[i][0], acc[i][1]), vpaddq_s32(acc[i][2], acc[i][3])));
    if (p.weight_zero) sum[i] = vmlsq_n_s32(sum[i], vld1q_s32(p.weight_zero), sums[i]);
  }
  SPINDLE_UNROLL
  for (int32_t i = pixels; i < SPINDLE_GEMM_PIXELS; ++i) sum[i] = bias;
  const float32x4_t m = vld1q_f32(p.multiplier);
  const int16x8_t y0 = spindle_neon_requantize_8(sum[0], sum[1], m, m, range);
  const int16x8_t y1 = pixels > 2 ? spindle_neon_requantize_8(sum[2], sum[3], m, m, range) : y0;
  const int32x4_t y = vreinterpretq_s32_s8(range.limited ? spindle_neon_bytes_16(y0, y1, range, 1)
                                                         : spindle_neon_bytes_16(y0, y1, range, 0));
  spindle_neon_store_4(out, y, 0);
  if (pixels > 1) spindle_neon_store_4(out += p.out_stride, y, 1);
  if (pixels > 2) spindle_neon_store_4(out += p.out_stride, y, 2);
  if (pixels > 3) spindle_neon_store_4(out += p.out_stride, y, 3);
}

#undef SPINDLE_GEMM_BLOCK

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_NEON_H */
