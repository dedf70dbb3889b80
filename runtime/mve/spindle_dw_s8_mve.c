/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"
#include "spindle_window.h"

/* Any window, weights of 16 bits. Computes 8 channels of two outputs at a time. VMULLB and VMULLT
 * multiply the even and the odd lanes, so sums, biases and multipliers are held with the even
 * channels first.
 *
 * Weights are in blocks of 8 channels. The last block ends at the last channel, so it may overlap
 * the one before. A block is
 *
 *   int32 bias[8]          of channels 0 2 4 6 1 3 5 7
 *   float multiplier[8]    in the same order
 *   int16 weights[kernel_h][kernel_w][8]    in the order of the channels */
#define BLOCK 8
#define HEAD (2 * BLOCK) /* words of a block before its weights */

/* Sums of the even and the odd channels of two outputs. */
typedef struct {
  int32x4_t a0, a1, b0, b1;
} sums;

/* Adds `count` taps of a row, whose inputs are `step` bytes apart, to one output or, if `two` (a
 * constant) is set, to two. Returns the weights that follow. */
SPINDLE_INLINE const int16_t* add_taps(sums* s, const int16_t* w, const int8_t* x0,
                                       const int8_t* x1, int32_t step, int32_t count, int32_t two) {
  int16x8_t u, x, t;
  if (two) {
    __asm__ volatile(
        "wls lr, %[count], 2f\n"
        "1:\n\t"
        "vldrh.16 %q[u], [%[w]], #16\n\t"
        "vldrb.s16 %q[x], [%[x0]]\n\t"
        "vmullb.s16 %q[t], %q[x], %q[u]\n\t"
        "vadd.i32 %q[a0], %q[a0], %q[t]\n\t"
        "vmullt.s16 %q[t], %q[x], %q[u]\n\t"
        "vldrb.s16 %q[x], [%[x1]]\n\t"
        "vadd.i32 %q[a1], %q[a1], %q[t]\n\t"
        "vmullb.s16 %q[t], %q[x], %q[u]\n\t"
        "add %[x0], %[x0], %[step]\n\t"
        "vadd.i32 %q[b0], %q[b0], %q[t]\n\t"
        "vmullt.s16 %q[t], %q[x], %q[u]\n\t"
        "add %[x1], %[x1], %[step]\n\t"
        "vadd.i32 %q[b1], %q[b1], %q[t]\n\t"
        "le lr, 1b\n"
        "2:\n\t"
        : [w] "+r"(w), [x0] "+l"(x0), [x1] "+l"(x1), [a0] "+w"(s->a0), [a1] "+w"(s->a1),
          [b0] "+w"(s->b0), [b1] "+w"(s->b1), [u] "=&w"(u), [x] "=&w"(x), [t] "=&w"(t)
        : [step] "r"(step), [count] "r"(count)
        : "lr", "memory");
  } else {
    __asm__ volatile(
        "wls lr, %[count], 2f\n"
        "1:\n\t"
        "vldrh.16 %q[u], [%[w]], #16\n\t"
        "vldrb.s16 %q[x], [%[x0]]\n\t"
        "vmullb.s16 %q[t], %q[x], %q[u]\n\t"
        "add %[x0], %[x0], %[step]\n\t"
        "vadd.i32 %q[a0], %q[a0], %q[t]\n\t"
        "vmullt.s16 %q[t], %q[x], %q[u]\n\t"
        "vadd.i32 %q[a1], %q[a1], %q[t]\n\t"
        "le lr, 1b\n"
        "2:\n\t"
        : [w] "+r"(w), [x0] "+l"(x0), [a0] "+w"(s->a0), [a1] "+w"(s->a1), [u] "=&w"(u),
          [x] "=&w"(x), [t] "=&w"(t)
        : [step] "r"(step), [count] "r"(count)
        : "lr", "memory");
  }
  return w;
}

#define ADD(to, x, w)                  \
  "vmullb.s16 %q[t], %q[" x "], %q[" w \
  "]\n\t"                              \
  "vadd.i32 %q[" to "0], %q[" to       \
  "0], %q[t]\n\t"                      \
  "vmullt.s16 %q[t], %q[" x "], %q[" w \
  "]\n\t"                              \
  "vadd.i32 %q[" to "1], %q[" to "1], %q[t]\n\t"

/* Adds a row of two windows of three columns at stride 1: `column` are the four columns that they
 * cover. Returns the weights that follow. */
SPINDLE_INLINE const int16_t* add_row(sums* s, const int16_t* w, const int8_t* const* column) {
  int16x8_t u, v, x, t;
  __asm__ volatile(
      "vldrh.16 %q[u], [%[w]], #16\n\t"
      "vldrb.s16 %q[x], [%[c0]]\n\t" ADD("a", "x", "u")
      "vldrh.16 %q[v], [%[w]], #16\n\t"
      "vldrb.s16 %q[x], [%[c1]]\n\t" ADD("b", "x", "u") ADD("a", "x", "v")
      "vldrh.16 %q[u], [%[w]], #16\n\t"
      "vldrb.s16 %q[x], [%[c2]]\n\t" ADD("b", "x", "v") ADD("a", "x", "u")
      "vldrb.s16 %q[x], [%[c3]]\n\t" ADD("b", "x", "u")
      : [w] "+r"(w), [a0] "+w"(s->a0), [a1] "+w"(s->a1), [b0] "+w"(s->b0), [b1] "+w"(s->b1),
        [u] "=&w"(u), [v] "=&w"(v), [x] "=&w"(x), [t] "=&w"(t)
      : [c0] "l"(column[0]), [c1] "l"(column[1]), [c2] "l"(column[2]), [c3] "l"(column[3])
      : "memory");
  return w;
}

/* Requantizes and stores 8 channels of one output. */
SPINDLE_INLINE void store(int8_t* out, int32x4_t even, int32x4_t odd, const float* multiplier,
                          spindle_mve_range range) {
  int16x8_t y = vdupq_n_s16(0);
  const int32x4_t low = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(even), vld1q_f32(multiplier)));
  const int32x4_t high = vcvtnq_s32_f32(vmulq_f32(vcvtq_f32_s32(odd), vld1q_f32(multiplier + 4)));
  y = vqmovntq_s32(vqmovnbq_s32(y, low), high);
  y = vqaddq_n_s16(y, range.zero);
  y = vminq_s16(vmaxq_s16(y, vdupq_n_s16(range.lo)), vdupq_n_s16(range.hi));
  vstrbq_s16(out, y);
}

/* The rows of a window; NULL if outside of the image. The inputs of such a row are read from
 * `zero`. */
typedef struct {
  const int8_t* row[SPINDLE_DW_S8_MVE_ROWS];
  const int8_t* zero; /* the zero point, 8 times */
} window_rows;

/* Computes channels c, c + 1, ... of one output or, if `two` (a constant) is set, of two
 * neighbouring ones. `left` is the first column of the (first) window. Columns may be outside of
 * the image only if there is one output. */
SPINDLE_INLINE void outputs(const spindle_dw_s8_mve_params* p, const window_rows* rows,
                            const int32_t* packed, int32_t c, int8_t* out, int32_t left,
                            int32_t two, spindle_mve_range range) {
  const int32_t step = p->dilation_w * p->channels, side = p->stride_w * p->channels;
  const int16_t* w = (const int16_t*)(const void*)(packed + HEAD);
  const float* multiplier = (const float*)(const void*)(packed + BLOCK);
  const spindle_taps inside = spindle_taps_inside(left, 0, p->in_width, p->kernel_w, p->dilation_w);
  const int32_t first = spindle_min(inside.first, p->kernel_w);
  const int32_t last = spindle_max(first, inside.last);
  sums s;
  s.a0 = s.b0 = vld1q_s32(packed);
  s.a1 = s.b1 = vld1q_s32(packed + 4);
  for (int32_t ky = 0; ky < p->kernel_h; ++ky) {
    const int8_t* row = rows->row[ky];
    if (!row) {
      w = add_taps(&s, w, rows->zero, rows->zero, 0, p->kernel_w, two);
    } else if (two) {
      row += left * p->channels + c;
      w = add_taps(&s, w, row, row + side, step, p->kernel_w, two);
    } else {
      row += (left + first * p->dilation_w) * p->channels + c;
      w = add_taps(&s, w, rows->zero, NULL, 0, first, 0);
      w = add_taps(&s, w, row, NULL, step, last - first, 0);
      w = add_taps(&s, w, rows->zero, NULL, 0, p->kernel_w - last, 0);
    }
  }
  store(out + c, s.a0, s.a1, multiplier, range);
  if (two) store(out + c + p->channels, s.b0, s.b1, multiplier, range);
}

/* Computes channels c, c + 1, ... of two neighbouring outputs, for windows of three columns at
 * stride 1. The first column of the first window and the last column of the second one may be
 * outside of the image. */
SPINDLE_INLINE void neighbours(const spindle_dw_s8_mve_params* p, const window_rows* rows,
                               const int32_t* packed, int32_t c, int8_t* out, int32_t left,
                               spindle_mve_range range) {
  const int32_t begins = left >= 0, ends = left + 3 < p->in_width;
  const int16_t* w = (const int16_t*)(const void*)(packed + HEAD);
  const float* multiplier = (const float*)(const void*)(packed + BLOCK);
  sums s;
  s.a0 = s.b0 = vld1q_s32(packed);
  s.a1 = s.b1 = vld1q_s32(packed + 4);
  for (int32_t ky = 0; ky < p->kernel_h; ++ky) {
    const int8_t* column[4] = {rows->zero, rows->zero, rows->zero, rows->zero};
    if (rows->row[ky]) {
      const int8_t* row = rows->row[ky] + left * p->channels + c;
      if (begins) column[0] = row;
      column[1] = row + p->channels;
      column[2] = row + 2 * p->channels;
      if (ends) column[3] = row + 3 * p->channels;
    }
    w = add_row(&s, w, column);
  }
  store(out + c, s.a0, s.a1, multiplier, range);
  store(out + c + p->channels, s.b0, s.b1, multiplier, range);
}

/* Which function computes how many outputs: `outputs` one or two, `neighbours` two. */
typedef enum { kOne, kTwo, kNeighbours } shape;

/* Computes all channels; `what` is a constant at the calls. */
SPINDLE_INLINE void pixels(const spindle_dw_s8_mve_params* p, const window_rows* rows, int8_t* out,
                           int32_t left, shape what, spindle_mve_range range) {
  const int32_t words = HEAD + p->kernel_h * p->kernel_w * BLOCK / 2;
  const int32_t* packed = p->weights;
  for (int32_t c = 0; c < p->channels; c += BLOCK, packed += words) {
    const int32_t first = spindle_min(c, p->channels - BLOCK);
    if (what == kNeighbours) {
      neighbours(p, rows, packed, first, out, left, range);
    } else {
      outputs(p, rows, packed, first, out, left, what == kTwo, range);
    }
  }
}

void spindle_dw_s8_mve(const spindle_dw_s8_mve_params* p, const void* in, void* out, int32_t y,
                       int32_t x, int32_t n) {
  const spindle_mve_range range = spindle_mve_output_range(p->out_zero, p->lo, p->hi);
  const int32_t reach = (p->kernel_w - 1) * p->dilation_w;
  int8_t zero[BLOCK], *pixel = (int8_t*)out;
  window_rows rows;
  memset(zero, p->in_zero, sizeof zero);
  rows.zero = zero;
  for (int32_t k = 0; k < p->kernel_h; ++k) {
    const int32_t r = y * p->stride_h - p->pad_top + k * p->dilation_h;
    rows.row[k] = (const int8_t*)spindle_row_inside(in, p->in, r);
  }
  const int32_t three = p->kernel_w == 3 && p->stride_w == 1 && p->dilation_w == 1;
  while (n > 0) {
    const int32_t left = x * p->stride_w - p->pad_left;
    const int32_t right = left + p->stride_w + reach; /* the last column of two windows */
    int32_t count = 2;
    if (n > 1 && three && left >= -1 && right <= p->in_width) {
      pixels(p, &rows, pixel, left, kNeighbours, range);
    } else if (n > 1 && left >= 0 && right < p->in_width) {
      pixels(p, &rows, pixel, left, kTwo, range);
    } else {
      count = 1;
      pixels(p, &rows, pixel, left, kOne, range);
    }
    pixel += count * p->channels;
    x += count;
    n -= count;
  }
}
#else
typedef int spindle_no_mve;
#endif
