/* SPDX-License-Identifier: Apache-2.0 */
/* The tile of spindle_gemm_s8.h with SMMLA, which multiplies two pixels by two output channels over
 * 8 inputs. For cores with the 8-bit matrix product instructions.
 *
 * A panel has 8 output channels:
 *
 *   int32 bias[16]                in the order 0 1 0 1  2 3 2 3  4 5 4 5  6 7 6 7
 *   float multiplier[16]          in the same order
 *   int8  weights[block][8 channels][8 inputs]
 *
 * A block is eight neighbouring inputs. The blocks are in the order in which the kernel reads the
 * inputs: 16 inputs (2 blocks) at a time; then the last 8 inputs or, if more than 8 are left, the
 * last 16. Where a block overlaps inputs that were read before, its weights are 0. Examples (the
 * inputs in brackets have weight 0):
 *
 *   depth 9     0-7  [1-7] 8
 *   depth 18    0-7  8-15  [10-15] 16-17
 *   depth 26    0-7  8-15  [10-15] 16-17  18-25
 *
 * Depths of 9 to 15 are read as the first 8 inputs and the last 8. */
#ifndef SPINDLE_GEMM_S8_I8MM_H
#define SPINDLE_GEMM_S8_I8MM_H

#include "spindle.h"
#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 8
#define SPINDLE_GEMM_OUTPUTS 8
#define SPINDLE_GEMM_PAIRS 1

/* `depth` padded to what the kernel reads without overlap; at least 16. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 7) & ~7);
}

/* The lower (upper) halves of a and b in one register. */
SPINDLE_INLINE int8x16_t spindle_i8mm_low(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s64(vzip1q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}
SPINDLE_INLINE int8x16_t spindle_i8mm_high(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s64(vzip2q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}
/* Stores the results of two pixels, which SMMLA interleaves: two channels of the one, two of the
 * other. */
SPINDLE_INLINE void spindle_i8mm_store(const int32x4_t* acc, const float32x4_t* m, int8_t* out0,
                                       int8_t* out1, spindle_neon_range range, int32_t simple) {
  const int16x8_t y = vreinterpretq_s16_s8(spindle_neon_bytes_16(acc, m, range, simple));
  vst1_s8(out0, vreinterpret_s8_s16(vget_low_s16(vuzp1q_s16(y, y))));
  vst1_s8(out1, vreinterpret_s8_s16(vget_low_s16(vuzp2q_s16(y, y))));
}

SPINDLE_INLINE void spindle_i8mm_stores(int32x4_t (*acc)[4], const int8_t* multiplier, int32_t o,
                                        const spindle_gemm_rows* rows, spindle_neon_range range,
                                        int32_t pixels, int32_t simple) {
  float32x4_t m[4];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < 4; ++j) {
    m[j] = vreinterpretq_f32_s8(vld1q_s8(multiplier + 16 * j));
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; i += 2) {
    spindle_i8mm_store(acc[i / 2], m, rows->out[i] + o, rows->out[i + 1] + o, range, simple);
  }
}

SPINDLE_INLINE void spindle_gemm_center(int32_t* start, const int8_t* panel, const int32_t* zeros,
                                        const int32_t* sums) {
  for (int32_t i = 0; i < SPINDLE_GEMM_PIXELS; i += 2) {
    const int32x4_t both = vcombine_s32(vdup_n_s32(sums[i]), vdup_n_s32(sums[i + 1]));
    for (int32_t j = 0; j < 4; ++j, start += 4) {
      const int32x2_t zero = vld1_s32(zeros + 2 * j);
      const int32x4_t bias = vreinterpretq_s32_s8(vld1q_s8(panel + 16 * j));
      vst1q_s32(start, vmlsq_s32(bias, both, vcombine_s32(zero, zero)));
    }
  }
}

/* Multiplies eight inputs of each pair of pixels by the next weights. */
#define SPINDLE_I8MM_BLOCK(pairs_of_pixels)                               \
  do {                                                                    \
    SPINDLE_UNROLL                                                        \
    for (int32_t j = 0; j < 4; ++j) {                                     \
      const int8x16_t weights = vld1q_s8(w + 16 * j);                     \
      SPINDLE_UNROLL                                                      \
      for (int32_t i = 0; i < pairs; ++i) {                               \
        acc[i][j] = vmmlaq_s32(acc[i][j], (pairs_of_pixels)[i], weights); \
      }                                                                   \
    }                                                                     \
    w += 64;                                                              \
  } while (0)

SPINDLE_INLINE const int8_t* spindle_gemm_tile(const spindle_gemm_s8* p, const int8_t* w,
                                               const int32_t* start, int32_t o,
                                               const spindle_gemm_rows* rows,
                                               spindle_neon_range range, int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS / 2][4];
  int8x16_t low[SPINDLE_GEMM_PIXELS / 2], high[SPINDLE_GEMM_PIXELS / 2];
  const int32_t pairs = pixels / 2, whole = p->depth & ~15;
  const int8_t* multiplier = w + 64;
  if (start) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      SPINDLE_UNROLL
      for (int32_t j = 0; j < 4; ++j) acc[i][j] = vld1q_s32(start + 16 * i + 4 * j);
    }
    SPINDLE_NEON_APART(start);
  } else {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      SPINDLE_NEON_KEEP(w); /* loading them again is faster than copying registers */
      SPINDLE_UNROLL
      for (int32_t j = 0; j < 4; ++j) acc[i][j] = vreinterpretq_s32_s8(vld1q_s8(w + 16 * j));
    }
  }
  w += 128;
  for (ptrdiff_t k = 0; k < whole; k += 16) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      const int8x16_t a = vld1q_s8(rows->in[2 * i] + k), b = vld1q_s8(rows->in[2 * i + 1] + k);
      low[i] = spindle_i8mm_low(a, b);
      high[i] = spindle_i8mm_high(a, b);
    }
    SPINDLE_I8MM_BLOCK(low);
    SPINDLE_NEON_PAUSE();
    SPINDLE_I8MM_BLOCK(high);
  }
  if (whole < p->depth) {
    const ptrdiff_t first = whole == 0 ? 0 : p->depth - 16, second = p->depth - 8;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      const int8_t *a = rows->in[2 * i], *b = rows->in[2 * i + 1];
      low[i] = vcombine_s8(vld1_s8(a + first), vld1_s8(b + first));
      high[i] = vcombine_s8(vld1_s8(a + second), vld1_s8(b + second));
    }
    if (p->depth - whole > 8) SPINDLE_I8MM_BLOCK(low);
    SPINDLE_I8MM_BLOCK(high);
  }
  if (range.simple) {
    spindle_i8mm_stores(acc, multiplier, o, rows, range, pixels, 1);
  } else {
    spindle_i8mm_stores(acc, multiplier, o, rows, range, pixels, 0);
  }
  return w;
}

#undef SPINDLE_I8MM_BLOCK

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_I8MM_H */
