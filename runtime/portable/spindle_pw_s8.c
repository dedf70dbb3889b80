/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_block_s8.h"
#include "spindle_compiler.h"
#include "spindle_pw_tile_s8.h"
#include "spindle_requantize.h"

#define PIXELS SPINDLE_PW_TILE_PIXELS
#define OUTPUTS SPINDLE_PW_TILE_OUTPUTS
/* The sums of GROUP output channels are requantized together, which compilers turn into vector
 * operations where there are some. */
#if defined(__arm__)
#define GROUP 2
#else
#define GROUP 16
#endif

/* Computes the sums of output channels o, o + 1, ... of a few pixels: [PIXELS][GROUP]. `pixels` and
 * `outputs` are constants at the calls, which are inlined. */
SPINDLE_INLINE void tile(const spindle_pw_s8_params* p, const int8_t* in, uint32_t* sums, int32_t o,
                         int32_t pixels, int32_t outputs) {
  const int32_t depth = p->in_channels;
  spindle_pw_tile acc;
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) acc[i][j] = (uint32_t)p->bias[o + j];
  }
  spindle_pw_tile_add(acc, in, p->weights + (ptrdiff_t)o * depth,
                      p->weight_zero ? p->weight_zero + o : NULL, depth, pixels, outputs);
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < outputs; ++j) sums[i * GROUP + j] = acc[i][j];
  }
}

/* Requantizes such sums of `count` channels. */
SPINDLE_INLINE void finish(const spindle_pw_s8_params* p, const uint32_t* sums, int8_t* out,
                           int32_t o, int32_t pixels, int32_t count, spindle_range range) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    spindle_requantize_block(sums + i * GROUP, p->multiplier + o, range,
                             out + i * p->out_channels + o, count);
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void strip(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out,
                          int32_t pixels, spindle_range range) {
  uint32_t sums[PIXELS * GROUP];
  int32_t o = 0;
  for (; o + GROUP <= p->out_channels; o += GROUP) {
    for (int32_t j = 0; j < GROUP; j += OUTPUTS) {
      tile(p, in, sums + j, o + j, pixels, OUTPUTS);
    }
    finish(p, sums, out, o, pixels, GROUP, range);
  }
#if GROUP > OUTPUTS
  for (; o + OUTPUTS <= p->out_channels; o += OUTPUTS) {
    tile(p, in, sums, o, pixels, OUTPUTS);
    finish(p, sums, out, o, pixels, OUTPUTS, range);
  }
#endif
  for (; o < p->out_channels; ++o) {
    tile(p, in, sums, o, pixels, 1);
    finish(p, sums, out, o, pixels, 1, range);
  }
}

void spindle_pw_s8(const spindle_pw_s8_params* p, const void* in, void* out, int32_t pixels) {
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
