/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_dw3x3_s8_neon.h"

/* Two 8-bit products are added in 16 bits. This overflows only if both weights are -128 (and both
 * inputs too), so the compiler does not choose the kernel for such weights.
 *
 * Weights: int8 [block][3 rows][3 columns][channels of the block]. A block has 16 channels, on
 * 32-bit cores 8, because they have half as many registers. */
#if defined(__aarch64__)
#define SPINDLE_DW3X3_CHANNELS 16
typedef int8x16_t lanes;

SPINDLE_INLINE lanes load(const int8_t* from) {
  return vld1q_s8(from);
}
SPINDLE_INLINE lanes first_of(int8x16_t value) {
  return value;
}

/* acc += low, high */
SPINDLE_INLINE void widen(int32x4_t* acc, int16x8_t low, int16x8_t high) {
  acc[0] = vaddw_s16(acc[0], vget_low_s16(low));
  acc[1] = vaddw_high_s16(acc[1], low);
  acc[2] = vaddw_s16(acc[2], vget_low_s16(high));
  acc[3] = vaddw_high_s16(acc[3], high);
}

/* acc += a * wa + b * wb */
SPINDLE_INLINE void add_pair(int32x4_t* acc, lanes a, lanes wa, lanes b, lanes wb) {
  widen(acc, vmlal_s8(vmull_s8(vget_low_s8(a), vget_low_s8(wa)), vget_low_s8(b), vget_low_s8(wb)),
        vmlal_high_s8(vmull_high_s8(a, wa), b, wb));
}

/* acc += a * w */
SPINDLE_INLINE void add_one(int32x4_t* acc, lanes a, lanes w) {
  widen(acc, vmull_s8(vget_low_s8(a), vget_low_s8(w)), vmull_high_s8(a, w));
}

SPINDLE_INLINE void store(int8_t* out, const int32x4_t* acc, const float* multiplier,
                          spindle_neon_range range, int32_t simple) {
  float32x4_t m[4];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) m[i] = vld1q_f32(multiplier + 4 * i);
  vst1q_s8(out, spindle_neon_bytes_16(acc, m, range, simple));
}
#else
#define SPINDLE_DW3X3_CHANNELS 8
typedef int8x8_t lanes;

SPINDLE_INLINE lanes load(const int8_t* from) {
  return vld1_s8(from);
}
SPINDLE_INLINE lanes first_of(int8x16_t value) {
  return vget_low_s8(value);
}

SPINDLE_INLINE void widen(int32x4_t* acc, int16x8_t sum) {
  acc[0] = vaddw_s16(acc[0], vget_low_s16(sum));
  acc[1] = vaddw_high_s16(acc[1], sum);
}

SPINDLE_INLINE void add_pair(int32x4_t* acc, lanes a, lanes wa, lanes b, lanes wb) {
  widen(acc, vmlal_s8(vmull_s8(a, wa), b, wb));
}

SPINDLE_INLINE void add_one(int32x4_t* acc, lanes a, lanes w) {
  widen(acc, vmull_s8(a, w));
}

SPINDLE_INLINE void store(int8_t* out, const int32x4_t* acc, const float* multiplier,
                          spindle_neon_range range, int32_t simple) {
  vst1_s8(out, spindle_neon_bytes_8(acc, vld1q_f32(multiplier), vld1q_f32(multiplier + 4), range,
                                    simple));
}
#endif
#define SPINDLE_DW3X3_BYTES (9 * SPINDLE_DW3X3_CHANNELS)
#define VECTORS (SPINDLE_DW3X3_CHANNELS / 4)

/* The three rows of a column, of the input or of the weights. */
typedef struct {
  lanes v[3];
} column;
typedef struct {
  column column[3];
} spindle_dw3x3_weights;

SPINDLE_INLINE spindle_dw3x3_weights spindle_dw3x3_load(const int8_t* packed) {
  spindle_dw3x3_weights w;
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 3; ++i)
      w.column[i].v[k] = load(packed + SPINDLE_DW3X3_CHANNELS * (3 * k + i));
  }
  return w;
}

/* Loads the column that is `offset` bytes from the beginning of each row. */
SPINDLE_INLINE column inner_column(const spindle_dw3x3_block* b, ptrdiff_t offset) {
  column c;
  c.v[0] = load(b->row[0] + offset);
  c.v[1] = load(b->row[1] + offset);
  c.v[2] = load(b->row[2] + offset);
  return c;
}

SPINDLE_INLINE column outside(const spindle_dw3x3_block* b) {
  column c;
  c.v[0] = c.v[1] = c.v[2] = first_of(b->in_zero);
  return c;
}

SPINDLE_INLINE column any_column(const spindle_dw3x3_block* b, int32_t x, ptrdiff_t offset) {
  return (uint32_t)x < (uint32_t)b->width ? inner_column(b, offset) : outside(b);
}

/* Computes the output whose window is the columns l, m, r. */
SPINDLE_INLINE void output(const spindle_dw3x3_block* b, const spindle_dw3x3_weights* weights,
                           column l, column m, column r, int8_t* out, int32_t simple) {
  const column* w = weights->column;
  int32x4_t acc[VECTORS];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < VECTORS; ++i) acc[i] = vld1q_s32(b->bias + 4 * i);
  add_pair(acc, l.v[0], w[0].v[0], l.v[1], w[0].v[1]);
  add_pair(acc, m.v[0], w[1].v[0], m.v[1], w[1].v[1]);
  add_pair(acc, r.v[0], w[2].v[0], r.v[1], w[2].v[1]);
  add_pair(acc, l.v[2], w[0].v[2], m.v[2], w[1].v[2]);
  add_one(acc, r.v[2], w[2].v[2]);
  store(out, acc, b->multiplier, b->range, simple);
}

/* The three columns of the window take turns in c0, c1 and c2. */
SPINDLE_INLINE void spindle_dw3x3_stride_1(const spindle_dw3x3_block* b,
                                           const spindle_dw3x3_weights* w, int8_t* out, int32_t x,
                                           int32_t n, int32_t simple) {
  ptrdiff_t at = x * b->channels;
  column c0 = any_column(b, x, at), c1, c2;
  at += b->channels;
  c1 = any_column(b, x + 1, at);
  for (x += 2;; x += 3) {
    at += b->channels;
    c2 = any_column(b, x, at);
    output(b, w, c0, c1, c2, out, simple);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    c0 = any_column(b, x + 1, at);
    output(b, w, c1, c2, c0, out, simple);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    c1 = any_column(b, x + 2, at);
    output(b, w, c2, c0, c1, out, simple);
    if (--n == 0) return;
    out += b->channels;
  }
}

SPINDLE_INLINE void spindle_dw3x3_stride_2(const spindle_dw3x3_block* b,
                                           const spindle_dw3x3_weights* w, int8_t* out, int32_t x,
                                           int32_t n, int32_t simple) {
  ptrdiff_t at = x * b->channels;
  column l = any_column(b, x, at);
  for (;; x += 2) {
    at += b->channels;
    const column m = any_column(b, x + 1, at);
    at += b->channels;
    const column r = any_column(b, x + 2, at);
    output(b, w, l, m, r, out, simple);
    if (--n == 0) return;
    out += b->channels;
    l = r;
  }
}

/* Sets the weights of rows outside of the image to zero, and removes from the bias what it holds
 * for them. */
SPINDLE_INLINE void spindle_dw3x3_cut(spindle_dw3x3_weights* w, const int32_t* from, int32_t* to,
                                      spindle_taps inside, int8x16_t in_zero) {
  int32x4_t sum[VECTORS];
  for (int32_t i = 0; i < VECTORS; ++i) sum[i] = vld1q_s32(from + 4 * i);
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    if (k >= inside.first && k < inside.last) continue;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 3; ++i) {
      add_one(sum, w->column[i].v[k], first_of(in_zero));
      w->column[i].v[k] = first_of(vdupq_n_s8(0));
    }
  }
  for (int32_t i = 0; i < VECTORS; ++i) vst1q_s32(to + 4 * i, sum[i]);
}

#include "spindle_dw3x3_s8_blocks.h"

void spindle_dw3x3_s8_neon(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                           int32_t y, int32_t x, int32_t n) {
  spindle_dw3x3(p, in, out, y, x, n);
}
#else
typedef int spindle_no_neon;
#endif
