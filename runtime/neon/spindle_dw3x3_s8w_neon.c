/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__aarch64__)
#include "spindle_neon.h"
#include "spindle_window.h"

/* Weights minus their zero points take 16 bits. So inputs are widened as they are loaded, and SMLAL
 * adds four products. The last block of channels ends at the last channel. */
#define BLOCK 8

/* The three rows of a column, of the input or of the weights. */
typedef struct {
  int16x8_t v[3];
} column;

/* A block of channels. */
typedef struct {
  column w[3];
  int32x4_t bias[2];
  float32x4_t multiplier[2];
  const int8_t* row[3]; /* outside of the image: some other row, with weights of 0 */
} block;

/* What is the same for all blocks. */
typedef struct {
  int32_t width;
  ptrdiff_t channels;
  int16x8_t in_zero, out_zero;
  int8x8_t lo, hi;
} image;

/* Loads column x of the input, which is `offset` bytes from the beginning of each row. */
SPINDLE_INLINE column load(const image* p, const block* b, int32_t x, ptrdiff_t offset) {
  column c;
  if ((uint32_t)x < (uint32_t)p->width) {
    c.v[0] = vmovl_s8(vld1_s8(b->row[0] + offset));
    c.v[1] = vmovl_s8(vld1_s8(b->row[1] + offset));
    c.v[2] = vmovl_s8(vld1_s8(b->row[2] + offset));
  } else {
    c.v[0] = c.v[1] = c.v[2] = p->in_zero;
  }
  return c;
}

/* Assembly, because with intrinsics GCC copies the lower halves into other registers. */
SPINDLE_INLINE void add(int32x4_t* acc, int16x8_t x, int16x8_t w) {
  __asm__("smlal %0.4s, %1.4h, %2.4h" : "+w"(acc[0]) : "w"(x), "w"(w));
  __asm__("smlal2 %0.4s, %1.8h, %2.8h" : "+w"(acc[1]) : "w"(x), "w"(w));
}

/* Computes the output whose window is the columns l, m, r. */
SPINDLE_INLINE void output(const image* p, const block* b, column l, column m, column r,
                           int8_t* out) {
  int32x4_t acc[2] = {b->bias[0], b->bias[1]};
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    add(acc, l.v[k], b->w[0].v[k]);
    add(acc, m.v[k], b->w[1].v[k]);
    add(acc, r.v[k], b->w[2].v[k]);
  }
  const int32x4_t y0 = spindle_neon_round(vmulq_f32(vcvtq_f32_s32(acc[0]), b->multiplier[0]));
  const int32x4_t y1 = spindle_neon_round(vmulq_f32(vcvtq_f32_s32(acc[1]), b->multiplier[1]));
  const int16x8_t y = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(y0), y1), p->out_zero);
  vst1_s8(out, vmin_s8(vmax_s8(vqmovn_s16(y), p->lo), p->hi));
}

/* Computes n outputs side by side; `x` is the first column of the first window. */
SPINDLE_INLINE void stride_1(const image* p, const block* b, int8_t* out, int32_t x, int32_t n) {
  ptrdiff_t at = x * p->channels;
  column c0 = load(p, b, x, at), c1 = load(p, b, x + 1, at += p->channels), c2;
  for (x += 2;; x += 3) {
    c2 = load(p, b, x, at += p->channels);
    output(p, b, c0, c1, c2, out);
    if (--n == 0) return;
    c0 = load(p, b, x + 1, at += p->channels);
    output(p, b, c1, c2, c0, out += p->channels);
    if (--n == 0) return;
    c1 = load(p, b, x + 2, at += p->channels);
    output(p, b, c2, c0, c1, out += p->channels);
    if (--n == 0) return;
    out += p->channels;
  }
}

SPINDLE_INLINE void stride_2(const image* p, const block* b, int8_t* out, int32_t x, int32_t n) {
  ptrdiff_t at = x * p->channels;
  column l = load(p, b, x, at);
  for (; n > 0; --n, out += p->channels, x += 2) {
    const column m = load(p, b, x + 1, at += p->channels);
    const column r = load(p, b, x + 2, at += p->channels);
    output(p, b, l, m, r, out);
    l = r;
  }
}

/* Row k is outside of the image: sets its weights to zero, and removes from the bias what it holds
 * for it. */
SPINDLE_INLINE void cut_row(block* b, int32_t k, int16x8_t in_zero) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 3; ++i) {
    add(b->bias, in_zero, b->w[i].v[k]);
    b->w[i].v[k] = vdupq_n_s16(0);
  }
}

void spindle_dw3x3_s8w_neon(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n) {
  const int32_t top = y * p->stride_h - p->pad_top, channels = p->in_channels;
  const int8_t* weights = p->weights;
  image shared;
  if (n <= 0) return;
  shared.width = p->in_width;
  shared.channels = channels;
  shared.in_zero = vdupq_n_s16((int16_t)p->in_zero);
  shared.out_zero = vdupq_n_s16((int16_t)p->out_zero);
  shared.lo = vdup_n_s8((int8_t)p->lo);
  shared.hi = vdup_n_s8((int8_t)p->hi);
  for (int32_t c = 0; c < channels; c += BLOCK, weights += 9 * BLOCK * 2) {
    const int32_t first = spindle_min(c, channels - BLOCK);
    block b;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 2; ++i) {
      b.bias[i] = vld1q_s32(p->bias + first + 4 * i);
      b.multiplier[i] = vld1q_f32(p->multiplier + first + 4 * i);
    }
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      const int32_t r = top + k;
      const int32_t inside = spindle_max(0, spindle_min(r, p->in.rows - 1));
      b.row[k] = (const int8_t*)spindle_row(in, p->in, inside) + first;
      SPINDLE_UNROLL
      for (int32_t i = 0; i < 3; ++i) {
        b.w[i].v[k] = vreinterpretq_s16_s8(vld1q_s8(weights + 16 * (3 * k + i)));
      }
      if (r != inside) cut_row(&b, k, shared.in_zero);
    }
    if (p->stride_w == 1) {
      stride_1(&shared, &b, (int8_t*)out + first, x - p->pad_left, n);
    } else {
      stride_2(&shared, &b, (int8_t*)out + first, 2 * x - p->pad_left, n);
    }
  }
}
#else
typedef int spindle_no_neon;
#endif
