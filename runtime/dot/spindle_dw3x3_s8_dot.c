/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_DOTPROD)
#include "spindle_dw3x3_s8_neon.h"

/* An input column is turned into quads: the three rows of a channel, and one of them again. One
 * SDOT then adds a column of the window for four channels. An input column is used for up to three
 * outputs.
 *
 * Weights: int8 [block of 16 channels][3 columns][16 channels][4]; the last four are the weights of
 * rows 0, 1 and 2, and a zero. */
#define SPINDLE_DW3X3_CHANNELS 16
#define SPINDLE_DW3X3_BYTES (12 * 16)

/* 16 channels of a column, of the weights or of the input. */
typedef struct {
  int8x16_t v[4];
} quads;
typedef struct {
  int32x4_t v[4];
} sums;
typedef struct {
  quads column[3];
} spindle_dw3x3_weights;

SPINDLE_INLINE spindle_dw3x3_weights spindle_dw3x3_load(const int8_t* packed) {
  spindle_dw3x3_weights w;
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 4; ++i) w.column[k].v[i] = vld1q_s8(packed + 64 * k + 16 * i);
  }
  return w;
}

#if defined(__clang__)
SPINDLE_INLINE quads quads_of(int8x16_t r0, int8x16_t r1, int8x16_t r2) {
  /* Vector i holds the quads of channels 4 * i to 4 * i + 3. */
  static const uint8_t kOrder[64] = {
      0,  16, 32, 0,  1,  17, 33, 1,  2,  18, 34, 2,  3,  19, 35, 3,  4,  20, 36, 4,  5,  21,
      37, 5,  6,  22, 38, 6,  7,  23, 39, 7,  8,  24, 40, 8,  9,  25, 41, 9,  10, 26, 42, 10,
      11, 27, 43, 11, 12, 28, 44, 12, 13, 29, 45, 13, 14, 30, 46, 14, 15, 31, 47, 15};
  const int8x16x3_t rows = {{r0, r1, r2}};
  quads q;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) q.v[i] = vqtbl3q_s8(rows, vld1q_u8(kOrder + 16 * i));
  return q;
}
#else
/* GCC copies the rows of the table before it looks them up, which costs more than the table
 * saves. */
SPINDLE_INLINE quads quads_of(int8x16_t r0, int8x16_t r1, int8x16_t r2) {
  const int16x8_t a0 = vreinterpretq_s16_s8(vzip1q_s8(r0, r1)),
                  a1 = vreinterpretq_s16_s8(vzip2q_s8(r0, r1)),
                  b0 = vreinterpretq_s16_s8(vzip1q_s8(r2, r2)),
                  b1 = vreinterpretq_s16_s8(vzip2q_s8(r2, r2));
  quads q;
  q.v[0] = vreinterpretq_s8_s16(vzip1q_s16(a0, b0));
  q.v[1] = vreinterpretq_s8_s16(vzip2q_s16(a0, b0));
  q.v[2] = vreinterpretq_s8_s16(vzip1q_s16(a1, b1));
  q.v[3] = vreinterpretq_s8_s16(vzip2q_s16(a1, b1));
  return q;
}
#endif

/* Loads the column that is `offset` bytes from the beginning of each row. */
SPINDLE_INLINE quads inner_column(const spindle_dw3x3_block* b, ptrdiff_t offset) {
  return quads_of(vld1q_s8(b->row[0] + offset), vld1q_s8(b->row[1] + offset),
                  vld1q_s8(b->row[2] + offset));
}

SPINDLE_INLINE quads outside(const spindle_dw3x3_block* b) {
  quads q;
  q.v[0] = q.v[1] = q.v[2] = q.v[3] = b->in_zero;
  return q;
}

SPINDLE_INLINE quads any_column(const spindle_dw3x3_block* b, int32_t x, ptrdiff_t offset) {
  return (uint32_t)x < (uint32_t)b->width ? inner_column(b, offset) : outside(b);
}

SPINDLE_INLINE sums add(sums acc, quads q, const quads* w) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) acc.v[i] = vdotq_s32(acc.v[i], q.v[i], w->v[i]);
  return acc;
}

/* Begins an output with its left column. The bias is loaded again for each output, which takes
 * fewer instructions than copies between registers. */
SPINDLE_INLINE sums begin(const spindle_dw3x3_block* b, quads q, const quads* w) {
  sums acc;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) acc.v[i] = vld1q_s32(b->bias + 4 * i);
  return add(acc, q, w);
}

SPINDLE_INLINE void store(const spindle_dw3x3_block* b, int8_t* out, sums acc, int32_t simple) {
  float32x4_t m[4];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) m[i] = vld1q_f32(b->multiplier + 4 * i);
  vst1q_s8(out, spindle_neon_bytes_16(acc.v, m, b->range, simple));
}

/* Finishes the last one or two outputs, whose windows end outside of the image. `first` already has
 * its left and middle columns, `second` its left column. */
SPINDLE_INLINE void finish(const spindle_dw3x3_block* b, const spindle_dw3x3_weights* w,
                           int8_t* out, sums first, sums second, int32_t n, int32_t simple) {
  const quads q = outside(b);
  store(b, out, add(first, q, &w->column[2]), simple);
  if (n < 2) return;
  store(b, out + b->channels, add(add(second, q, &w->column[1]), q, &w->column[2]), simple);
}

/* Two outputs are in progress at a time; `even` and `odd` take turns. */
SPINDLE_INLINE void spindle_dw3x3_stride_1(const spindle_dw3x3_block* b,
                                           const spindle_dw3x3_weights* w, int8_t* out, int32_t x,
                                           int32_t n, int32_t simple) {
  int32_t inner = spindle_dw3x3_inner(b, x, n, 1);
  ptrdiff_t at = x * b->channels;
  quads q = any_column(b, x, at);
  sums even = begin(b, q, &w->column[0]), odd;
  at += b->channels;
  q = any_column(b, x + 1, at);
  even = add(even, q, &w->column[1]);
  odd = begin(b, q, &w->column[0]);
  n -= inner;
  for (;;) {
    if (--inner < 0) break;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = inner_column(b, at);
    store(b, out, add(even, q, &w->column[2]), simple);
    out += b->channels;
    odd = add(odd, q, &w->column[1]);
    even = begin(b, q, &w->column[0]);
    if (--inner < 0) {
      const sums swapped = even;
      even = odd;
      odd = swapped;
      break;
    }
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = inner_column(b, at);
    store(b, out, add(odd, q, &w->column[2]), simple);
    out += b->channels;
    even = add(even, q, &w->column[1]);
    odd = begin(b, q, &w->column[0]);
  }
  if (n > 0) finish(b, w, out, even, odd, n, simple);
}

SPINDLE_INLINE void spindle_dw3x3_stride_2(const spindle_dw3x3_block* b,
                                           const spindle_dw3x3_weights* w, int8_t* out, int32_t x,
                                           int32_t n, int32_t simple) {
  int32_t inner = spindle_dw3x3_inner(b, x, n, 2);
  ptrdiff_t at = x * b->channels;
  sums acc = begin(b, any_column(b, x, at), &w->column[0]);
  at += b->channels;
  acc = add(acc, any_column(b, x + 1, at), &w->column[1]);
  x += 2 * inner + 1; /* the middle column of the first window that is not inner */
  n -= inner;
  while (inner > 0) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    quads q = inner_column(b, at);
    store(b, out, add(acc, q, &w->column[2]), simple);
    acc = begin(b, q, &w->column[0]);
    out += b->channels;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    if (--inner == 0) {
      if (n > 0) acc = add(acc, any_column(b, x, at), &w->column[1]);
      break;
    }
    acc = add(acc, inner_column(b, at), &w->column[1]);
  }
  if (n > 0) store(b, out, add(acc, outside(b), &w->column[2]), simple);
}

/* Sets the weights of rows outside of the image to zero, and removes from the bias what it holds
 * for them. */
SPINDLE_INLINE void spindle_dw3x3_cut(spindle_dw3x3_weights* w, const int32_t* from, int32_t* to,
                                      spindle_taps inside, int8x16_t in_zero) {
  uint32_t keep = 0;
  for (int32_t k = inside.first; k < inside.last; ++k) keep |= 0xFFu << (8 * k);
  const int8x16_t mask = vreinterpretq_s8_u32(vdupq_n_u32(keep));
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) {
    int32x4_t sum = vld1q_s32(from + 4 * i);
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      sum = vdotq_s32(sum, vbicq_s8(w->column[k].v[i], mask), in_zero);
      w->column[k].v[i] = vandq_s8(w->column[k].v[i], mask);
    }
    vst1q_s32(to + 4 * i, sum);
  }
}

#include "spindle_dw3x3_s8_blocks.h"

void spindle_dw3x3_s8_dot(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                          int32_t y, int32_t x, int32_t n) {
  spindle_dw3x3(p, in, out, y, x, n);
}
#else
typedef int spindle_no_dot_product;
#endif
