#include "spindle.h"

#if defined(__aarch64__)
#include "spindle_dw3x3_s8_neon.h"

/* Two products of 8 bits are added in 16 bits, which never overflows unless both weights are -128.
 * Weights: [block][3 rows][3 columns][16 channels]. */

/* The three rows of a column, of the input or of the weights. */
typedef struct {
  int8x16_t v[3];
} column;

/* A block of channels. */
typedef struct {
  const int8_t* row[3];
  const int32_t* bias;
  const float* multiplier;
  int32_t width;
  ptrdiff_t channels;
  int8x16_t in_zero;
} block;

/* Column x of the input, which is `offset` bytes from the beginning of each row. */
SPINDLE_INLINE column load(const block* b, int32_t x, ptrdiff_t offset) {
  column c;
  if ((uint32_t)x < (uint32_t)b->width) {
    c.v[0] = vld1q_s8(b->row[0] + offset);
    c.v[1] = vld1q_s8(b->row[1] + offset);
    c.v[2] = vld1q_s8(b->row[2] + offset);
  } else {
    c.v[0] = c.v[1] = c.v[2] = b->in_zero;
  }
  return c;
}

/* acc += a * wa + b * wb */
SPINDLE_INLINE void add_pair(int32x4_t* acc, int8x16_t a, int8x16_t wa, int8x16_t b, int8x16_t wb) {
  const int16x8_t low =
      vmlal_s8(vmull_s8(vget_low_s8(a), vget_low_s8(wa)), vget_low_s8(b), vget_low_s8(wb));
  const int16x8_t high = vmlal_high_s8(vmull_high_s8(a, wa), b, wb);
  acc[0] = vaddw_s16(acc[0], vget_low_s16(low));
  acc[1] = vaddw_high_s16(acc[1], low);
  acc[2] = vaddw_s16(acc[2], vget_low_s16(high));
  acc[3] = vaddw_high_s16(acc[3], high);
}

/* acc += a * w */
SPINDLE_INLINE void add_one(int32x4_t* acc, int8x16_t a, int8x16_t w) {
  const int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(w));
  const int16x8_t high = vmull_high_s8(a, w);
  acc[0] = vaddw_s16(acc[0], vget_low_s16(low));
  acc[1] = vaddw_high_s16(acc[1], low);
  acc[2] = vaddw_s16(acc[2], vget_low_s16(high));
  acc[3] = vaddw_high_s16(acc[3], high);
}

/* The output whose window is the columns l, m, r. */
SPINDLE_INLINE void output(const block* b, const column* w, column l, column m, column r,
                           int8_t* out, spindle_neon_range range, int32_t limited) {
  int32x4_t acc[4];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 4; ++i) acc[i] = vld1q_s32(b->bias + 4 * i);
  add_pair(acc, l.v[0], w[0].v[0], l.v[1], w[0].v[1]);
  add_pair(acc, m.v[0], w[1].v[0], m.v[1], w[1].v[1]);
  add_pair(acc, r.v[0], w[2].v[0], r.v[1], w[2].v[1]);
  add_pair(acc, l.v[2], w[0].v[2], m.v[2], w[1].v[2]);
  add_one(acc, r.v[2], w[2].v[2]);
  spindle_dw3x3_store(out, acc, b->multiplier, range, limited);
}

/* n outputs side by side; `x` is the first column of the first window. */
SPINDLE_INLINE void stride_1(const block* b, const column* w, int8_t* out, int32_t x, int32_t n,
                             spindle_neon_range range, int32_t limited) {
  ptrdiff_t at = x * b->channels;
  column c0 = load(b, x, at), c1, c2;
  at += b->channels;
  c1 = load(b, x + 1, at);
  for (x += 2;; x += 3) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    c2 = load(b, x, at);
    output(b, w, c0, c1, c2, out, range, limited);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    c0 = load(b, x + 1, at);
    output(b, w, c1, c2, c0, out, range, limited);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    c1 = load(b, x + 2, at);
    output(b, w, c2, c0, c1, out, range, limited);
    if (--n == 0) return;
    out += b->channels;
  }
}

SPINDLE_INLINE void stride_2(const block* b, const column* w, int8_t* out, int32_t x, int32_t n,
                             spindle_neon_range range, int32_t limited) {
  ptrdiff_t at = x * b->channels;
  column l = load(b, x, at);
  for (;; x += 2) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    const column m = load(b, x + 1, at);
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    const column r = load(b, x + 2, at);
    output(b, w, l, m, r, out, range, limited);
    if (--n == 0) return;
    out += b->channels;
    l = r;
  }
}

/* Takes the rows outside of the image out of the weights, and what the bias holds for them. */
SPINDLE_INLINE void cut_rows(column* w, const int32_t* from, int32_t* bias, spindle_taps inside,
                             int8x16_t in_zero) {
  int32x4_t sum[4];
  for (int32_t i = 0; i < 4; ++i) sum[i] = vld1q_s32(from + 4 * i);
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    if (k >= inside.first && k < inside.last) continue;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 3; ++i) {
      add_one(sum, w[i].v[k], in_zero);
      w[i].v[k] = vdupq_n_s8(0);
    }
  }
  for (int32_t i = 0; i < 4; ++i) vst1q_s32(bias + 4 * i, sum[i]);
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
    column w[3];
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      SPINDLE_UNROLL
      for (int32_t i = 0; i < 3; ++i) w[i].v[k] = vld1q_s8(weights + 16 * (3 * k + i));
      b.row[k] = rows.row[k] + first;
      SPINDLE_NEON_KEEP(b.row[k]);
    }
    weights += 9 * SPINDLE_DW3X3_CHANNELS;
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
void spindle_dw3x3_s8_neon(const spindle_conv_s8_params* p, const void* in, void* out, int32_t y,
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
typedef int spindle_no_neon;
#endif
