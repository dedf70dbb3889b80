/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_float.h"

#define PANEL SPINDLE_PW_F32_PANEL
/* Pixels that are computed together with one panel. */
#if defined(__arm__)
#define PIXELS 2
#else
#define PIXELS 4
#endif

/* Computes the first `count` outputs of one panel for a few pixels. */
SPINDLE_INLINE void tile(const spindle_pw_f32_params* p, const float* in, float* out, int32_t o,
                         int32_t count, int32_t pixels) {
  const int32_t depth = p->in_channels;
  const float* weights = p->weights + (ptrdiff_t)o * depth;
  float acc[PIXELS][PANEL];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_LANES
    for (int32_t j = 0; j < PANEL; ++j) acc[i][j] = p->bias[o + j];
  }
  for (int32_t k = 0; k < depth; ++k, weights += PANEL) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const float x = in[i * depth + k];
      SPINDLE_LANES
      for (int32_t j = 0; j < PANEL; ++j) acc[i][j] += x * weights[j];
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    float* y = out + i * p->out_channels + o;
    float result[PANEL];
    SPINDLE_LANES
    for (int32_t j = 0; j < PANEL; ++j) result[j] = spindle_limit(acc[i][j], p->lo, p->hi);
    for (int32_t j = 0; j < count; ++j) y[j] = result[j];
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void strip(const spindle_pw_f32_params* p, const float* in, float* out,
                          int32_t pixels) {
  int32_t o = 0;
  for (; o + PANEL <= p->out_channels; o += PANEL) tile(p, in, out, o, PANEL, pixels);
  if (o < p->out_channels) tile(p, in, out, o, p->out_channels - o, pixels);
}

void spindle_pw_f32(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels) {
  const float* x = (const float*)in;
  float* y = (float*)out;
  int32_t i = 0;
  for (; i + PIXELS <= pixels; i += PIXELS) {
    strip(p, x, y, PIXELS);
    x += PIXELS * p->in_channels;
    y += PIXELS * p->out_channels;
  }
  for (; i < pixels; ++i) {
    strip(p, x, y, 1);
    x += p->in_channels;
    y += p->out_channels;
  }
}
