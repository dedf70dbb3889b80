/* SPDX-License-Identifier: Apache-2.0 */
/* The tile of spindle_gemm_s8.h with widening multiplications, for cores with NEON.
 *
 * Each pair of a pixel and an output channel has an accumulator of 4 lanes. Two 8-bit products are
 * added in 16 bits. This overflows only if both weights are -128 (and both inputs too), so the
 * compiler does not choose the kernel for such weights.
 *
 * A panel has 4 output channels:
 *
 *   int32 bias[4]
 *   float multiplier[4]
 *   int8  weights[block of inputs][4 channels][16 inputs, or 8 in the last block]
 *
 * The blocks are in the order in which the kernel reads the inputs: 16 at a time; then, if any are
 * left, the last 8 inputs or, if more than 8 are left, the last 16. Where a block overlaps inputs
 * that were read before, its weights are 0. Examples (the inputs in brackets have weight 0):
 *
 *   depth 18    0-15  [10-15] 16-17
 *   depth 26    0-15  [10-15] 16-25
 *
 * A depth of 8 to 15 is one block: the first 8 inputs and the last 8, where inputs of the second
 * half that are in the first have weight 0. */
#ifndef SPINDLE_GEMM_S8_NEON_H
#define SPINDLE_GEMM_S8_NEON_H

#include "spindle.h"
#include "spindle_neon.h"

/* 32-bit cores have half as many registers. */
#if defined(__aarch64__)
#define SPINDLE_GEMM_PIXELS 4
#else
#define SPINDLE_GEMM_PIXELS 2
#endif
#define SPINDLE_GEMM_OUTPUTS 4
#define SPINDLE_GEMM_PAIRS 0

/* `depth` padded to what the kernel reads without overlap; at least 16. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 15) & ~15);
}

/* Multiplies 16 inputs by 16 weights; returns eight sums of two products each. */
SPINDLE_INLINE int16x8_t spindle_gemm_products(int8x16_t x, int8x16_t w) {
  return vmlal_high_s8(vmull_s8(vget_low_s8(x), vget_low_s8(w)), x, w);
}

SPINDLE_INLINE void spindle_gemm_center(int32_t* start, const int8_t* panel, const int32_t* zeros,
                                        const int32_t* sums) {
  const int32x4_t bias = vreinterpretq_s32_s8(vld1q_s8(panel)), zero = vld1q_s32(zeros);
  for (int32_t i = 0; i < SPINDLE_GEMM_PIXELS; ++i, start += SPINDLE_GEMM_OUTPUTS) {
    vst1q_s32(start, vmlsq_n_s32(bias, zero, sums[i]));
  }
}

/* For each of four vectors, the sum of its lanes. */
SPINDLE_INLINE int32x4_t spindle_gemm_lanes(const int32x4_t* acc) {
  return vpaddq_s32(vpaddq_s32(acc[0], acc[1]), vpaddq_s32(acc[2], acc[3]));
}

/* Multiplies sixteen inputs of each pixel, from input `k` on, by the next weights. */
#define SPINDLE_GEMM_BLOCK(k)                                                     \
  do {                                                                            \
    SPINDLE_UNROLL                                                                \
    for (int32_t i = 0; i < pixels; ++i) x[i] = vld1q_s8(rows->in[i] + (k));      \
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

/* Stores the four results of each pixel. */
SPINDLE_INLINE void spindle_gemm_store(const int32x4_t* sum, float32x4_t m, int32_t o,
                                       const spindle_gemm_rows* rows, spindle_neon_range range,
                                       int32_t pixels, int32_t simple) {
  int8x16_t y;
  if (pixels > 2) {
    const float32x4_t same[4] = {m, m, m, m};
    y = spindle_neon_bytes_16(sum, same, range, simple);
  } else {
    const int8x8_t both = spindle_neon_bytes_8(sum, m, m, range, simple);
    y = vcombine_s8(both, both);
  }
  const int32x4_t words = vreinterpretq_s32_s8(y);
  spindle_neon_store_4(rows->out[0] + o, words, 0);
  if (pixels > 1) spindle_neon_store_4(rows->out[1] + o, words, 1);
  if (pixels > 2) spindle_neon_store_4(rows->out[2] + o, words, 2);
  if (pixels > 3) spindle_neon_store_4(rows->out[3] + o, words, 3);
}

SPINDLE_INLINE const int8_t* spindle_gemm_tile(const spindle_gemm_s8* p, const int8_t* w,
                                               const int32_t* start, int32_t o,
                                               const spindle_gemm_rows* rows,
                                               spindle_neon_range range, int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS][SPINDLE_GEMM_OUTPUTS], sum[4];
  int8x16_t x[SPINDLE_GEMM_PIXELS];
  const int8_t* head = w;
  w += 32;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    x[i] = p->depth >= 16 ? vld1q_s8(rows->in[i])
                          : vcombine_s8(vld1_s8(rows->in[i]), vld1_s8(rows->in[i] + p->depth - 8));
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
  const int32_t whole = p->depth & ~15;
  for (ptrdiff_t k = 16; k < whole; k += 16) {
    SPINDLE_GEMM_BLOCK(k);
  }
  if (p->depth > 16 && p->depth - whole > 8) {
    SPINDLE_GEMM_BLOCK(p->depth - 16);
  } else if (p->depth > 16 && p->depth > whole) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const int8x8_t last = vld1_s8(rows->in[i] + p->depth - 8);
      SPINDLE_UNROLL
      for (int32_t j = 0; j < SPINDLE_GEMM_OUTPUTS; ++j) {
        acc[i][j] = vpadalq_s16(acc[i][j], vmull_s8(last, vld1_s8(w + 8 * j)));
      }
    }
    w += 8 * SPINDLE_GEMM_OUTPUTS;
  }
  const float32x4_t multiplier = vreinterpretq_f32_s8(vld1q_s8(head + 16));
  if (start) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      sum[i] = vaddq_s32(vld1q_s32(start + 4 * i), spindle_gemm_lanes(acc[i]));
    }
    SPINDLE_NEON_APART(start);
  } else {
    const int32x4_t bias = vreinterpretq_s32_s8(vld1q_s8(head));
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) sum[i] = vaddq_s32(bias, spindle_gemm_lanes(acc[i]));
  }
  SPINDLE_UNROLL
  for (int32_t i = pixels; i < 4; ++i) sum[i] = sum[0];
  if (range.simple) {
    spindle_gemm_store(sum, multiplier, o, rows, range, pixels, 1);
  } else {
    spindle_gemm_store(sum, multiplier, o, rows, range, pixels, 0);
  }
  return w;
}

#undef SPINDLE_GEMM_BLOCK

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_NEON_H */
