/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_block_s8.h"
#include "spindle_compiler.h"
#include "spindle_pw_tile_s8.h"
#include "spindle_requantize.h"

/* The tile: pixels by output channels. GCC's vectors of 16 bytes hold the weights of 16 output
 * channels. */
#define PIXELS SPINDLE_PW_TILE_PIXELS
#define LANES SPINDLE_BLOCK

/* Computes output channels o, o + 1, ... of a few pixels. `pixels` and `lanes` are constants at the
 * calls, which are inlined. */
SPINDLE_INLINE void tile(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out, int32_t o,
                         int32_t pixels, int32_t lanes, spindle_range range) {
  const int32_t depth = p->in_channels, stride = p->out_channels;
  const int8_t* w = p->weights + o;
  uint32_t acc[PIXELS][LANES];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_LANES
    for (int32_t c = 0; c < lanes; ++c) acc[i][c] = (uint32_t)p->bias[o + c];
  }
  int32_t k = 0;
  /* The sum of two products fits in 16 bits, and a vector multiplies twice as many 16-bit as 32-bit
   * values. */
  for (; k + 1 < depth; k += 2, w += 2 * (ptrdiff_t)stride) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const int16_t a = in[i * depth + k], b = in[i * depth + k + 1];
      SPINDLE_LANES
      for (int32_t c = 0; c < lanes; ++c) {
        acc[i][c] = spindle_accumulate(acc[i][c], (int16_t)(a * w[c] + b * w[stride + c]));
      }
    }
  }
  if (k < depth) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const int16_t a = in[i * depth + k];
      SPINDLE_LANES
      for (int32_t c = 0; c < lanes; ++c) {
        acc[i][c] = spindle_accumulate(acc[i][c], (int16_t)(a * w[c]));
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    spindle_requantize_block(acc[i], p->multiplier + o, range, out + i * stride + o, lanes);
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void strip(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out,
                          int32_t pixels, spindle_range range) {
  int32_t o = 0;
  for (; o + LANES <= p->out_channels; o += LANES) tile(p, in, out, o, pixels, LANES, range);
  for (; o < p->out_channels; ++o) tile(p, in, out, o, pixels, 1, range);
}

void spindle_pw_s8_lanes(const spindle_pw_s8_params* p, const void* in, void* out, int32_t pixels) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const int8_t* x = (const int8_t*)in;
  int8_t* y = (int8_t*)out;
  int32_t i = 0;
  for (; i + PIXELS <= pixels; i += PIXELS) {
    strip(p, x, y, PIXELS, range);
    x += PIXELS * p->in_channels;
    y += PIXELS * p->out_channels;
  }
  for (; i < pixels; ++i) {
    strip(p, x, y, 1, range);
    x += p->in_channels;
    y += p->out_channels;
  }
}
