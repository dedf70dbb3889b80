/* SPDX-License-Identifier: Apache-2.0 */
/* A float32 matrix product for cores with NEON, in tiles of 8 pixels (4 on 32-bit cores) by 8
 * output channels. Weights are packed as in spindle_pw_f32_params. */
#ifndef SPINDLE_GEMM_F32_NEON_H
#define SPINDLE_GEMM_F32_NEON_H

#include "spindle.h"
#include "spindle_neon.h"

#if defined(__aarch64__)
#define SPINDLE_GEMM_PIXELS 8
#define spindle_gemm_fma(sum, w, x, lane) vfmaq_laneq_f32(sum, w, x, lane)
#else
#define SPINDLE_GEMM_PIXELS 4
#define spindle_gemm_half(x, lane) ((lane) < 2 ? vget_low_f32(x) : vget_high_f32(x))
#if defined(__clang__) && defined(__ARM_FEATURE_FMA)
/* Clang fuses only with the FMA instruction, which cannot take one lane of a vector as an
 * operand. */
#define spindle_gemm_fma(sum, w, x, lane) \
  vfmaq_f32(sum, w, vdupq_lane_f32(spindle_gemm_half(x, lane), (lane) & 1))
#else
#define spindle_gemm_fma(sum, w, x, lane) \
  vmlaq_lane_f32(sum, w, spindle_gemm_half(x, lane), (lane) & 1)
#endif
#endif
#define SPINDLE_GEMM_OUTPUTS SPINDLE_PW_F32_PANEL

/* Inputs of neighbouring pixels are in_stride floats apart, their results out_stride floats. */
typedef struct {
  const float *weights, *bias;
  int32_t depth, out_channels, in_stride, out_stride;
  float lo, hi;
} spindle_gemm_f32;

/* Stores the first `count` results of the panel. */
SPINDLE_INLINE void spindle_gemm_f32_store(float* out, float32x4_t y0, float32x4_t y1,
                                           int32_t count) {
  if (count == SPINDLE_GEMM_OUTPUTS) {
    vst1q_f32(out, y0);
    vst1q_f32(out + 4, y1);
    return;
  }
  float y[SPINDLE_GEMM_OUTPUTS];
  vst1q_f32(y, y0);
  vst1q_f32(y + 4, y1);
  for (int32_t j = 0; j < count; ++j) out[j] = y[j];
}

/* Multiplies input number `lane` of each pixel's four inputs by the next weights. */
#define SPINDLE_GEMM_STEP(lane)                                 \
  do {                                                          \
    const float32x4_t w0 = vld1q_f32(w), w1 = vld1q_f32(w + 4); \
    w += SPINDLE_GEMM_OUTPUTS;                                  \
    SPINDLE_UNROLL                                              \
    for (int32_t i = 0; i < pixels; ++i) {                      \
      acc[i][0] = spindle_gemm_fma(acc[i][0], w0, x[i], lane);  \
      acc[i][1] = spindle_gemm_fma(acc[i][1], w1, x[i], lane);  \
    }                                                           \
  } while (0)

/* Computes the first `count` outputs of one panel. */
SPINDLE_INLINE void spindle_gemm_f32_tile(const spindle_gemm_f32* p, const char* const* row,
                                          const float* w, const float* bias, float* out,
                                          int32_t count, int32_t pixels) {
  float32x4_t acc[SPINDLE_GEMM_PIXELS][2], x[SPINDLE_GEMM_PIXELS];
  const ptrdiff_t depth = p->depth * 4, whole = depth & ~15; /* in bytes, like addresses */
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    /* Loading both again is faster than copying two registers. */
    SPINDLE_NEON_KEEP(bias);
    acc[i][0] = vld1q_f32(bias);
    acc[i][1] = vld1q_f32(bias + 4);
  }
  for (ptrdiff_t k = 0; k < whole; k += 16) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) x[i] = vld1q_f32((const float*)(const void*)(row[i] + k));
    SPINDLE_GEMM_STEP(0);
    SPINDLE_GEMM_STEP(1);
    SPINDLE_GEMM_STEP(2);
    SPINDLE_GEMM_STEP(3);
  }
  for (ptrdiff_t k = whole; k < depth; k += 4) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i)
      x[i] = vld1q_dup_f32((const float*)(const void*)(row[i] + k));
    SPINDLE_GEMM_STEP(0);
  }
  const float32x4_t lo = vdupq_n_f32(p->lo), hi = vdupq_n_f32(p->hi);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i, out += p->out_stride) {
    spindle_gemm_f32_store(out, vminq_f32(vmaxq_f32(acc[i][0], lo), hi),
                           vminq_f32(vmaxq_f32(acc[i][1], lo), hi), count);
  }
}

#undef SPINDLE_GEMM_STEP

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void spindle_gemm_f32_strip(const spindle_gemm_f32* p, const float* in, float* out,
                                           int32_t pixels) {
  const char* row[SPINDLE_GEMM_PIXELS];
  const float *w = p->weights, *bias = p->bias;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    row[i] = (const char*)(in + (ptrdiff_t)i * p->in_stride);
    SPINDLE_NEON_KEEP(row[i]);
  }
  int32_t left = p->out_channels;
  for (; left >= SPINDLE_GEMM_OUTPUTS; left -= SPINDLE_GEMM_OUTPUTS) {
    spindle_gemm_f32_tile(p, row, w, bias, out, SPINDLE_GEMM_OUTPUTS, pixels);
    w += (ptrdiff_t)p->depth * SPINDLE_GEMM_OUTPUTS;
    bias += SPINDLE_GEMM_OUTPUTS;
    out += SPINDLE_GEMM_OUTPUTS;
  }
  if (left > 0) spindle_gemm_f32_tile(p, row, w, bias, out, left, pixels);
}

SPINDLE_INLINE void spindle_gemm_f32_pixels(const spindle_gemm_f32* p, const float* in, float* out,
                                            int32_t pixels) {
  switch (pixels) {
    case 1:
      spindle_gemm_f32_strip(p, in, out, 1);
      break;
    case 2:
      spindle_gemm_f32_strip(p, in, out, 2);
      break;
    case 3:
      spindle_gemm_f32_strip(p, in, out, 3);
      break;
#if SPINDLE_GEMM_PIXELS > 4
    case 4:
      spindle_gemm_f32_strip(p, in, out, 4);
      break;
    case 5:
      spindle_gemm_f32_strip(p, in, out, 5);
      break;
    case 6:
      spindle_gemm_f32_strip(p, in, out, 6);
      break;
    case 7:
      spindle_gemm_f32_strip(p, in, out, 7);
      break;
#endif
    default:
      spindle_gemm_f32_strip(p, in, out, SPINDLE_GEMM_PIXELS);
      break;
  }
}

/* The size of the next tile when `pixels` pixels are left: tiles are of nearly equal size. */
SPINDLE_INLINE int32_t spindle_gemm_f32_next(int32_t pixels) {
  const int32_t tiles = (pixels + SPINDLE_GEMM_PIXELS - 1) / SPINDLE_GEMM_PIXELS;
  return (pixels + tiles - 1) / tiles;
}

/* The number of output channels that are computed for all tiles of pixels before the next ones.
 * Their weights fill half of a small first-level cache, so that each weight is read from memory
 * once per call. */
SPINDLE_INLINE int32_t spindle_gemm_f32_group(int32_t depth, int32_t left, int32_t pixels) {
  const int32_t group = SPINDLE_GEMM_OUTPUTS * (1 + 4096 / SPINDLE_GEMM_OUTPUTS / depth);
  return pixels <= SPINDLE_GEMM_PIXELS || left < group ? left : group;
}

#endif /* SPINDLE_GEMM_F32_NEON_H */
