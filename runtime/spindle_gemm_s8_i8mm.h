/* The tile of spindle_gemm_s8.h by SMMLA, which multiplies two pixels by two output channels over 8
 * inputs: only for cores with the 8-bit matrix product.
 *
 * A panel holds the weights of 8 output channels, [block of inputs][8 channels][8 inputs], in the
 * order in which inputs are read: 16 at a time (2 blocks); then the last 8 or, if more than 8 are
 * left, the last 16 (weights of inputs that they share with what came before are 0). A depth of 9
 * to 15 is read as the first 8 inputs and the last 8. */
#ifndef SPINDLE_GEMM_S8_I8MM_H
#define SPINDLE_GEMM_S8_I8MM_H

#include "spindle.h"
#include "spindle_neon.h"

#define SPINDLE_GEMM_PIXELS 8
#define SPINDLE_GEMM_OUTPUTS 8

SPINDLE_INLINE ptrdiff_t spindle_gemm_panel_bytes(int32_t depth) {
  const int32_t rest = depth % 16;
  const int32_t blocks = depth / 16 * 2 + (rest == 0 ? 0 : rest <= 8 ? 1 : 2);
  return (ptrdiff_t)blocks * 64;
}

/* The next larger depth, from 16 on, that leaves no part of a vector idle. */
SPINDLE_INLINE int32_t spindle_gemm_padded(int32_t depth) {
  return spindle_max(16, (depth + 7) & ~7);
}

SPINDLE_INLINE int32_t spindle_gemm_sum(const int8_t* in, int32_t depth) {
  int32x4_t sums = vdupq_n_s32(0);
  int32_t k = 0;
  for (; k + 16 <= depth; k += 16) sums = vpadalq_s16(sums, vpaddlq_s8(vld1q_s8(in + k)));
  int32_t sum = vaddvq_s32(sums);
  for (; k < depth; ++k) sum += in[k];
  return sum;
}

/* The halves of a register, of two pixels or for two pixels. */
SPINDLE_INLINE int8x16_t spindle_i8mm_low(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s64(vzip1q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}
SPINDLE_INLINE int8x16_t spindle_i8mm_high(int8x16_t a, int8x16_t b) {
  return vreinterpretq_s8_s64(vzip2q_s64(vreinterpretq_s64_s8(a), vreinterpretq_s64_s8(b)));
}
/* Two values, twice. */
SPINDLE_INLINE int32x4_t spindle_i8mm_twice(const void* two) {
  return vreinterpretq_s32_s64(vld1q_dup_s64((const int64_t*)two));
}

/* Results of two pixels, interleaved by twos as SMMLA leaves them. */
SPINDLE_INLINE void spindle_i8mm_store(const spindle_gemm_s8* p, int32x4_t* acc, int8_t* out0,
                                       int8_t* out1, spindle_neon_range range, int32_t limited) {
  float32x4_t m[4];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < 4; ++j) {
    m[j] = vreinterpretq_f32_s32(spindle_i8mm_twice(p->multiplier + 2 * j));
  }
  const int16x8_t low = spindle_neon_requantize_8(acc[0], acc[1], m[0], m[1], range);
  const int16x8_t high = spindle_neon_requantize_8(acc[2], acc[3], m[2], m[3], range);
  const int16x8_t y = vreinterpretq_s16_s8(spindle_neon_bytes_16(low, high, range, limited));
  vst1_s8(out0, vreinterpret_s8_s16(vget_low_s16(vuzp1q_s16(y, y))));
  if (out1) vst1_s8(out1, vreinterpret_s8_s16(vget_low_s16(vuzp2q_s16(y, y))));
}

SPINDLE_INLINE void spindle_i8mm_stores(const spindle_gemm_s8* p, int32x4_t (*acc)[4], int8_t* out,
                                        spindle_neon_range range, int32_t pixels, int32_t limited) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; i += 2, out += 2 * (ptrdiff_t)p->out_stride) {
    spindle_i8mm_store(p, acc[i / 2], out, i + 1 < pixels ? out + p->out_stride : NULL, range,
                       limited);
  }
}

/* Eight inputs of each pair of pixels, times the next weights. */
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

SPINDLE_INLINE void spindle_gemm_tile(spindle_gemm_s8 p, const int8_t* const* row, int8_t* out,
                                      const int32_t* sums, spindle_neon_range range,
                                      int32_t pixels) {
  int32x4_t acc[SPINDLE_GEMM_PIXELS / 2][4];
  int8x16_t low[SPINDLE_GEMM_PIXELS / 2], high[SPINDLE_GEMM_PIXELS / 2];
  const int32_t pairs = (pixels + 1) / 2, whole = p.depth & ~15;
  const int8_t* w = p.weights;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pairs; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < 4; ++j) acc[i][j] = spindle_i8mm_twice(p.bias + 2 * j);
  }
  if (p.weight_zero) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      const int32_t last = 2 * i + 1 < pixels ? 2 * i + 1 : 2 * i;
      const int32x4_t both = vcombine_s32(vdup_n_s32(sums[2 * i]), vdup_n_s32(sums[last]));
      SPINDLE_UNROLL
      for (int32_t j = 0; j < 4; ++j) {
        acc[i][j] = vmlsq_s32(acc[i][j], both, spindle_i8mm_twice(p.weight_zero + 2 * j));
      }
    }
  }
  for (ptrdiff_t k = 0; k < whole; k += 16) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      const int8x16_t a = vld1q_s8(row[2 * i] + k);
      const int8x16_t b = 2 * i + 1 < pixels ? vld1q_s8(row[2 * i + 1] + k) : a;
      low[i] = spindle_i8mm_low(a, b);
      high[i] = spindle_i8mm_high(a, b);
    }
    SPINDLE_I8MM_BLOCK(low);
    SPINDLE_I8MM_BLOCK(high);
  }
  if (whole < p.depth) {
    const ptrdiff_t first = whole == 0 ? 0 : p.depth - 16, second = p.depth - 8;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pairs; ++i) {
      const int32_t last = 2 * i + 1 < pixels ? 2 * i + 1 : 2 * i;
      low[i] = vcombine_s8(vld1_s8(row[2 * i] + first), vld1_s8(row[last] + first));
      high[i] = vcombine_s8(vld1_s8(row[2 * i] + second), vld1_s8(row[last] + second));
    }
    if (p.depth - whole > 8) SPINDLE_I8MM_BLOCK(low);
    SPINDLE_I8MM_BLOCK(high);
  }
  if (range.limited) {
    spindle_i8mm_stores(&p, acc, out, range, pixels, 1);
  } else {
    spindle_i8mm_stores(&p, acc, out, range, pixels, 0);
  }
}

#undef SPINDLE_I8MM_BLOCK

#include "spindle_gemm_s8.h"

#endif /* SPINDLE_GEMM_S8_I8MM_H */
