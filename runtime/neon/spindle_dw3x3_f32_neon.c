/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_neon.h"
#include "spindle_window.h"

/* Computes 8 channels at a time (4 on 32-bit cores, which have fewer registers). The last block of
 * channels ends at the last channel. An input column is read once and added to the outputs whose
 * windows contain it, up to three. */
#if defined(__aarch64__)
#define VECTORS 2
#define multiply_add(sum, a, b) vfmaq_f32(sum, a, b)
#else
#define VECTORS 1
#if defined(__ARM_FEATURE_FMA)
#define multiply_add(sum, a, b) vfmaq_f32(sum, a, b)
#else
#define multiply_add(sum, a, b) vmlaq_f32(sum, a, b)
#endif
#endif
#define BLOCK (4 * VECTORS)

/* A column of the weights of a block, [row]. */
typedef struct {
  float32x4_t v[3][VECTORS];
} column;
typedef struct {
  float32x4_t v[VECTORS];
} sums;

typedef struct {
  const float* row[3];
  const float* bias;
  int32_t width;
  ptrdiff_t channels;
  float32x4_t lo, hi;
} block;

SPINDLE_INLINE sums begin(const block* b) {
  sums acc;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < VECTORS; ++i) acc.v[i] = vld1q_f32(b->bias + 4 * i);
  return acc;
}

SPINDLE_INLINE void add(sums* acc, const float32x4_t* x, const float32x4_t* w) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < VECTORS; ++i) acc->v[i] = multiply_add(acc->v[i], x[i], w[i]);
}

/* Adds input column x, which is `offset` floats from the beginning of each row: to the output `l`
 * as the right column of its window, to `m` as the middle one, to `r` as the left one. Each of them
 * may be null. Goes row by row, which needs few registers. */
SPINDLE_INLINE void step(const block* b, const column* w, int32_t x, ptrdiff_t offset, sums* l,
                         sums* m, sums* r) {
  if ((uint32_t)x >= (uint32_t)b->width) return;
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    float32x4_t value[VECTORS];
    SPINDLE_UNROLL
    for (int32_t i = 0; i < VECTORS; ++i) value[i] = vld1q_f32(b->row[k] + offset + 4 * i);
    if (l) add(l, value, w[2].v[k]);
    if (m) add(m, value, w[1].v[k]);
    if (r) add(r, value, w[0].v[k]);
  }
}

SPINDLE_INLINE void store(float* out, sums acc, const block* b) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < VECTORS; ++i) {
    vst1q_f32(out + 4 * i, vminq_f32(vmaxq_f32(acc.v[i], b->lo), b->hi));
  }
}

/* Computes n outputs side by side; `x` is the first column of the first window. Up to three outputs
 * are in progress at a time; s0, s1 and s2 take turns. */
SPINDLE_INLINE void stride_1(const block* b, const column* w, float* out, int32_t x, int32_t n) {
  ptrdiff_t at = x * b->channels;
  sums s0 = begin(b), s1 = begin(b), s2;
  step(b, w, x, at, NULL, NULL, &s0);
  at += b->channels;
  step(b, w, x + 1, at, NULL, &s0, &s1);
  for (x += 2;; x += 3) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    s2 = begin(b);
    step(b, w, x, at, &s0, &s1, &s2);
    store(out, s0, b);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    s0 = begin(b);
    step(b, w, x + 1, at, &s1, &s2, &s0);
    store(out, s1, b);
    if (--n == 0) return;
    out += b->channels;
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    s1 = begin(b);
    step(b, w, x + 2, at, &s2, &s0, &s1);
    store(out, s2, b);
    if (--n == 0) return;
    out += b->channels;
  }
}

SPINDLE_INLINE void stride_2(const block* b, const column* w, float* out, int32_t x, int32_t n) {
  ptrdiff_t at = x * b->channels;
  sums acc = begin(b), next;
  step(b, w, x, at, NULL, NULL, &acc);
  for (;; x += 2) {
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    step(b, w, x + 1, at, NULL, &acc, NULL);
    at += b->channels;
    SPINDLE_NEON_KEEP(at);
    next = begin(b);
    step(b, w, x + 2, at, &acc, NULL, &next);
    store(out, acc, b);
    if (--n == 0) return;
    out += b->channels;
    acc = next;
  }
}

/* Sets the weights of rows outside of the image to 0. */
SPINDLE_INLINE void cut_rows(column* w, spindle_taps inside) {
  SPINDLE_UNROLL
  for (int32_t k = 0; k < 3; ++k) {
    const float keep = k >= inside.first && k < inside.last ? 1.0f : 0.0f;
    SPINDLE_UNROLL
    for (int32_t i = 0; i < 3; ++i) {
      SPINDLE_UNROLL
      for (int32_t j = 0; j < VECTORS; ++j) w[i].v[k][j] = vmulq_n_f32(w[i].v[k][j], keep);
    }
  }
}

void spindle_dw3x3_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n) {
  const int32_t channels = p->in_channels, top = y * p->stride_h - p->pad_top;
  const spindle_taps inside = spindle_taps_inside(top, 0, p->in.rows, 3, 1);
  const float* row[3];
  block b;
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t tap = spindle_max(inside.first, spindle_min(k, inside.last - 1));
    row[k] = (const float*)spindle_row(in, p->in, top + tap);
  }
  b.width = p->in_width;
  b.channels = channels;
  b.lo = vdupq_n_f32(p->lo);
  b.hi = vdupq_n_f32(p->hi);
  if (n <= 0) return;
  for (int32_t c = 0; c < channels; c += BLOCK) {
    const int32_t first = spindle_min(c, channels - BLOCK);
    float* pixel = (float*)out + first;
    column w[3];
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      b.row[k] = row[k] + first;
      SPINDLE_NEON_KEEP(b.row[k]);
      const float* weights = p->weights + (ptrdiff_t)(3 * k) * channels + first;
      SPINDLE_UNROLL
      for (int32_t i = 0; i < 3; ++i, weights += channels) {
        SPINDLE_UNROLL
        for (int32_t j = 0; j < VECTORS; ++j) w[i].v[k][j] = vld1q_f32(weights + 4 * j);
      }
    }
    if (inside.last - inside.first < 3) cut_rows(w, inside);
    b.bias = p->bias + first;
    SPINDLE_NEON_KEEP(b.bias);
    if (p->stride_w == 1) {
      stride_1(&b, w, pixel, x - p->pad_left, n);
    } else {
      stride_2(&b, w, pixel, 2 * x - p->pad_left, n);
    }
  }
}
#else
typedef int spindle_no_neon;
#endif
