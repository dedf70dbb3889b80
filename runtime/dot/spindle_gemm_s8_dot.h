/* SPDX-License-Identifier: Apache-2.0 */
/* The tile of spindle_gemm_s8.h with SDOT, for cores with the dot product instructions.
 *
 * A panel has 8 output channels:
 *
 *   int32 bias[8]
 *   float multiplier[8]
 *   int8  weights[quad][8 channels][4 inputs]
 *
 * A quad is four neighbouring inputs. The quads are in the order in which the kernel reads the
 * inputs: 16 inputs (4 quads) at a time; then as many quads as the last depth % 16 inputs need. The
 * last quad ends at the last input. Where a quad overlaps inputs that were read before, its weights
 * are 0. Examples (the inputs in brackets have weight 0):
 *
 *   depth 8     0-3  4-7
 *   depth 9     0-3  4-7  [1-4]  [5-7] 8
 *   depth 18    0-3  4-7  8-11  12-15  [14-15] 16-17
 *
 * Depths of 9 to 15 are read as the first 8 inputs and the last 8. */
#ifndef SPINDLE_GEMM_S8_DOT_H
#define SPINDLE_GEMM_S8_DOT_H

#include "spindle.h"
#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 8
#define SPINDLE_GEMM_OUTPUTS 8
#define SPINDLE_GEMM_PAIRS 0

/* `depth` padded to what the kernel reads without overlap; at least 16. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 3) & ~3);
}

SPINDLE_INLINE void spindle_dot_stores(int32x4_t (*acc)[2], const int8_t* multiplier, int32_t o,
                                       const spindle_gemm_rows* rows, spindle_neon_range range,
                                       int32_t pixels, int32_t simple) {
  const float32x4_t m0 = vreinterpretq_f32_s8(vld1q_s8(multiplier)),
                    m1 = vreinterpretq_f32_s8(vld1q_s8(multiplier + 16));
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    vst1_s8(rows->out[i] + o, spindle_neon_bytes_8(acc[i], m0, m1, range, simple));
  }
}

SPINDLE_INLINE void spindle_gemm_center(int32_t* start, const int8_t* panel, const int32_t* zeros,
                                        const int32_t* sums) {
  const int32x4_t bias0 = vreinterpretq_s32_s8(vld1q_s8(panel)),
                  bias1 = vreinterpretq_s32_s8(vld1q_s8(panel + 16));
  for (int32_t i = 0; i < SPINDLE_GEMM_PIXELS; ++i, start += SPINDLE_GEMM_OUTPUTS) {
    vst1q_s32(start, vmlsq_n_s32(bias0, vld1q_s32(zeros), sums[i]));
    vst1q_s32(start + 4, vmlsq_n_s32(bias1, vld1q_s32(zeros + 4), sums[i]));
  }
}

/* Multiplies quad number `quad` of each pixel's 16 inputs by two vectors of weights. */
#define SPINDLE_DOT_QUAD(quad, w0, w1)                        \
  do {                                                        \
    SPINDLE_UNROLL                                            \
    for (int32_t i = 0; i < pixels; ++i) {                    \
      acc[i][0] = vdotq_laneq_s32(acc[i][0], w0, x[i], quad); \
      acc[i][1] = vdotq_laneq_s32(acc[i][1], w1, x[i], quad); \
    }                                                         \
  } while (0)
/* The same for two quads. */
#define SPINDLE_DOT_QUADS(first, second)          \
  do {                                            \
    const int8x16x4_t v = vld1q_s8_x4(w);         \
    w += 64;                                      \
    SPINDLE_DOT_QUAD(first, v.val[0], v.val[1]);  \
    SPINDLE_DOT_QUAD(second, v.val[2], v.val[3]); \
  } while (0)
#define SPINDLE_DOT_ONE(quad)                                \
  do {                                                       \
    const int8x16_t w0 = vld1q_s8(w), w1 = vld1q_s8(w + 16); \
    w += 32;                                                 \
    SPINDLE_DOT_QUAD(quad, w0, w1);                          \
  } while (0)

SPINDLE_INLINE const int8_t* spindle_gemm_tile(const spindle_gemm_s8* p, const int8_t* w,
                                               const int32_t* start, int32_t o,
                                               const spindle_gemm_rows* rows,
                                               spindle_neon_range range, int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS][2];
  int8x16_t x[SPINDLE_GEMM_PIXELS];
  const int8_t* multiplier = w + 32;
  const int32_t whole = p->depth & ~15;
  if (start) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      acc[i][0] = vld1q_s32(start + 8 * i);
      acc[i][1] = vld1q_s32(start + 8 * i + 4);
    }
    SPINDLE_NEON_APART(start);
  } else {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      SPINDLE_NEON_KEEP(w); /* loading both again is faster than copying two registers */
      acc[i][0] = vreinterpretq_s32_s8(vld1q_s8(w));
      acc[i][1] = vreinterpretq_s32_s8(vld1q_s8(w + 16));
    }
  }
  w += 64;
  for (ptrdiff_t k = 0; k < whole; k += 16) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) x[i] = vld1q_s8(rows->in[i] + k);
    SPINDLE_DOT_QUADS(0, 1);
    SPINDLE_DOT_QUADS(2, 3);
  }
  if (whole < p->depth) {
    const int32_t rest = whole == 0 && p->depth > 8 ? 16 : p->depth - whole;
    const int32_t low = whole == 0 ? 0 : p->depth - 16;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      x[i] = vcombine_s8(vld1_s8(rows->in[i] + low), vld1_s8(rows->in[i] + p->depth - 8));
    }
    if (rest > 12) SPINDLE_DOT_ONE(0);
    if (rest > 8) SPINDLE_DOT_ONE(1);
    if (rest > 4) SPINDLE_DOT_ONE(2);
    SPINDLE_DOT_ONE(3);
  }
  if (range.simple) {
    spindle_dot_stores(acc, multiplier, o, rows, range, pixels, 1);
  } else {
    spindle_dot_stores(acc, multiplier, o, rows, range, pixels, 0);
  }
  return w;
}

#undef SPINDLE_DOT_QUAD

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_DOT_H */
