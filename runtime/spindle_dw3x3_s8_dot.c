#include "spindle.h"

#if defined(__ARM_FEATURE_DOTPROD)
#include "spindle_dw3x3_s8_neon.h"

/* A column of the input is turned into quads, the three values of a channel side by side, so that
 * one SDOT adds a column of the window for four channels. A column serves up to three outputs.
 * Weights: [block][3 columns][16 channels][3 rows and 0]. */

/* 16 channels of a window or of a column of the input. */
typedef struct {
  int8x16_t v[4];
} quads;
typedef struct {
  int32x4_t v[4];
} sums;

SPINDLE_INLINE quads column_quads(const int8_t* const* row, ptrdiff_t offset) {
  const int8x16_t r0 = vld1q_s8(row[0] + offset), r1 = vld1q_s8(row[1] + offset),
                  r2 = vld1q_s8(row[2] + offset);
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

SPINDLE_INLINE sums add(sums acc, quads q, const quads* w) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) acc.v[i] = vdotq_s32(acc.v[i], q.v[i], w->v[i]);
  return acc;
}

/* A block of channels. `bias` is read from memory anew for each output, which takes fewer
 * instructions than copies between registers. */
typedef struct {
  const int8_t* row[3];
  const int32_t* bias;
  const float* multiplier;
  int32_t width;
  ptrdiff_t channels;
  int8x16_t in_zero;
} block;

/* Column x of the input, which is `offset` bytes from the beginning of each row. */
SPINDLE_INLINE quads column(const block* b, int32_t x, ptrdiff_t offset) {
  quads q;
  if ((uint32_t)x < (uint32_t)b->width) return column_quads(b->row, offset);
  q.v[0] = q.v[1] = q.v[2] = q.v[3] = b->in_zero;
  return q;
}

SPINDLE_INLINE sums begin(const block* b, quads q, const quads* w) {
  sums acc;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) acc.v[i] = vld1q_s32(b->bias + 4 * i);
  return add(acc, q, w);
}

/* n outputs side by side; `x` is the first column of the first window. Two windows are under way at
 * a time, and take turns. */
SPINDLE_INLINE void stride_1(const block* b, const quads* w, int8_t* out, int32_t x, int32_t n,
                             spindle_neon_range range, int32_t limited) {
  ptrdiff_t at = x * b->channels;
  quads q = column(b, x, at);
  sums even = begin(b, q, &w[0]), odd;
  at += b->channels;
  q = column(b, x + 1, at);
  even = add(even, q, &w[1]);
  odd = begin(b, q, &w[0]);
  for (x += 2;; x += 2) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = column(b, x, at);
    even = add(even, q, &w[2]);
    spindle_dw3x3_store(out, even.v, b->multiplier, range, limited);
    if (--n == 0) return;
    out += b->channels;
    odd = add(odd, q, &w[1]);
    even = begin(b, q, &w[0]);
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = column(b, x + 1, at);
    odd = add(odd, q, &w[2]);
    spindle_dw3x3_store(out, odd.v, b->multiplier, range, limited);
    if (--n == 0) return;
    out += b->channels;
    even = add(even, q, &w[1]);
    odd = begin(b, q, &w[0]);
  }
}

SPINDLE_INLINE void stride_2(const block* b, const quads* w, int8_t* out, int32_t x, int32_t n,
                             spindle_neon_range range, int32_t limited) {
  ptrdiff_t at = x * b->channels;
  quads q = column(b, x, at);
  for (;; x += 2) {
    sums acc = begin(b, q, &w[0]);
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = column(b, x + 1, at);
    acc = add(acc, q, &w[1]);
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    q = column(b, x + 2, at);
    acc = add(acc, q, &w[2]);
    spindle_dw3x3_store(out, acc.v, b->multiplier, range, limited);
    if (--n == 0) return;
    out += b->channels;
  }
}

/* Takes the rows outside of the image out of the weights, and what the bias holds for them. */
SPINDLE_INLINE void cut_rows(quads* w, const int32_t* from, int32_t* bias, spindle_taps inside,
                             int8x16_t in_zero) {
  uint32_t keep = 0;
  for (int32_t k = inside.first; k < inside.last; ++k) keep |= 0xFFu << (8 * k);
  const int8x16_t mask = vreinterpretq_s8_u32(vdupq_n_u32(keep));
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) {
    int32x4_t sum = vld1q_s32(from + 4 * i);
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      sum = vdotq_s32(sum, vbicq_s8(w[k].v[i], mask), in_zero);
      w[k].v[i] = vandq_s8(w[k].v[i], mask);
    }
    vst1q_s32(bias + 4 * i, sum);
  }
}

SPINDLE_INLINE void all_channels(const spindle_conv_s8_params* p, const void* in, void* out,
                                 int32_t y, int32_t x, int32_t n, spindle_neon_range range,
                                 int32_t limited) {
  const spindle_dw3x3_rows rows = spindle_dw3x3_window(p, in, y);
  const int32_t channels = p->in_channels;
  const int8_t* weights = p->weights;
  int32_t cut_bias[SPINDLE_DW3X3_CHANNELS];
  block b;
  b.width = p->in_width;
  b.channels = channels;
  b.in_zero = vdupq_n_s8((int8_t)p->in_zero);
  for (int32_t c = 0; c < channels; c += SPINDLE_DW3X3_CHANNELS) {
    const int32_t first = spindle_min(c, channels - SPINDLE_DW3X3_CHANNELS);
    int8_t* pixel = (int8_t*)out + first;
    quads w[3];
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      SPINDLE_UNROLL
      for (int32_t i = 0; i < 4; ++i) w[k].v[i] = vld1q_s8(weights + 64 * k + 16 * i);
      b.row[k] = rows.row[k] + first;
      SPINDLE_NEON_KEEP(b.row[k]);
    }
    weights += 12 * SPINDLE_DW3X3_CHANNELS;
    b.bias = p->bias + first;
    b.multiplier = p->multiplier + first;
    if (rows.inside.last - rows.inside.first < 3) {
      cut_rows(w, b.bias, cut_bias, rows.inside, b.in_zero);
      b.bias = cut_bias;
    }
    SPINDLE_NEON_KEEP(b.bias);
    if (p->stride_w == 1) {
      stride_1(&b, w, pixel, x - p->pad_left, n, range, limited);
    } else {
      stride_2(&b, w, pixel, 2 * x - p->pad_left, n, range, limited);
    }
  }
}
void spindle_dw3x3_s8_dot(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
                          int32_t x, int32_t n) {
  const spindle_neon_range range = spindle_neon_output_range(p->out_zero, p->lo, p->hi);
  if (n <= 0) return;
  if (range.limited) {
    all_channels(p, in, out, y, x, n, range, 1);
  } else {
    all_channels(p, in, out, y, x, n, range, 0);
  }
}
#else
typedef int spindle_no_dot_product;
#endif
