#include "spindle.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#include "spindle_mve.h"
#include "spindle_window.h"

/* Channels computed together, and their weights: [row][column][channel]. */
#define BLOCK 4
#define WEIGHTS (9 * BLOCK)
/* Outputs computed together. */
#define TILE 4

/* The rows under a window; NULL outside of the image. */
typedef struct {
  const float* row[3];
} window_rows;

/* BLOCK channels from c on of `count` outputs, a constant at the calls; `left` is the first column
 * of their windows. One row of a window takes three vectors of weights and one of inputs, beside
 * the sums. */
SPINDLE_INLINE void tile(const spindle_conv_f32_params* p, const window_rows* rows,
                         const float* weights, int32_t c, float* out, int32_t left, int32_t count,
                         int32_t stride) {
  static const float kZero[BLOCK] = {0, 0, 0, 0};
  const int32_t channels = p->out_channels, columns = (count - 1) * stride + 3;
  const int32_t begins = left >= 0, ends = left + columns <= p->in_width;
  float32x4_t sum[TILE];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < count; ++i) sum[i] = vld1q_f32(p->bias + c);
  for (int32_t k = 0; k < 3; ++k, weights += 3 * BLOCK) {
    const float* x = rows->row[k];
    if (!x) continue;
    x += left * channels + c;
    const float32x4_t w[3] = {vld1q_f32(weights), vld1q_f32(weights + BLOCK),
                              vld1q_f32(weights + 2 * BLOCK)};
    SPINDLE_UNROLL
    for (int32_t j = 0; j < columns; ++j, x += channels) {
      const int32_t inside = (j > 0 || begins) && (j < columns - 1 || ends);
      const float32x4_t column = vld1q_f32(inside ? x : kZero);
      SPINDLE_UNROLL
      for (int32_t i = 0; i < count; ++i) {
        const int32_t tap = j - i * stride;
        if (tap >= 0 && tap < 3) sum[i] = vfmaq_f32(sum[i], column, w[tap]);
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < count; ++i, out += channels) {
    vst1q_f32(out + c, vminnmq_f32(vmaxnmq_f32(sum[i], vdupq_n_f32(p->lo)), vdupq_n_f32(p->hi)));
  }
}

/* All channels of `count` outputs. */
SPINDLE_INLINE void strip(const spindle_conv_f32_params* p, const window_rows* rows, float* out,
                          int32_t x, int32_t count, int32_t stride) {
  const int32_t left = x * stride - p->pad_left;
  const float* weights = p->weights;
  for (int32_t c = 0; c < p->out_channels; c += BLOCK, weights += WEIGHTS) {
    tile(p, rows, weights, spindle_min(c, p->out_channels - BLOCK), out, left, count, stride);
  }
}

/* A last tile that is not full computes outputs again. */
SPINDLE_INLINE void row(const spindle_conv_f32_params* p, const window_rows* rows, float* out,
                        int32_t x, int32_t n, int32_t stride) {
  if (n < TILE) {
    for (int32_t i = 0; i < n; ++i, out += p->out_channels) strip(p, rows, out, x + i, 1, stride);
    return;
  }
  for (int32_t done = 0; done < n; done += TILE) {
    const int32_t first = spindle_min(done, n - TILE);
    strip(p, rows, out + first * p->out_channels, x + first, TILE, stride);
  }
}

void spindle_dw3x3_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n) {
  window_rows rows;
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t r = y * p->stride_h - p->pad_top + k;
    rows.row[k] = r >= 0 && r < p->in.rows ? (const float*)spindle_row(in, p->in, r) : NULL;
  }
  if (p->stride_w == 1) {
    row(p, &rows, (float*)out, x, n, 1);
  } else {
    row(p, &rows, (float*)out, x, n, 2);
  }
}
#else
typedef int spindle_no_mve;
#endif
