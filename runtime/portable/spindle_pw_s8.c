/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"

/* The tile: pixels and output channels that are computed together, so that every loaded value is
 * used several times. It is as large as the registers allow. The sums of GROUP output channels are
 * requantized together, which compilers turn into vector operations where there are some. */
#if defined(__arm__)
#define PIXELS 2
#define OUTPUTS 2
#define GROUP 2
#else
#define PIXELS 4
#define OUTPUTS 2
#define GROUP 16
#endif

/* Computes the sums of output channels o, o + 1, ... of a few pixels: int32[PIXELS][GROUP].
 * `pixels` and `outputs` are constants at the calls, which are inlined. */
SPINDLE_INLINE void tile(const spindle_pw_s8_params* p, const int8_t* in, int32_t* sums, int32_t o,
                         int32_t pixels, int32_t outputs) {
  const int32_t depth = p->in_channels;
  const int8_t* weights = p->weights + (ptrdiff_t)o * depth;
  uint32_t acc[PIXELS][OUTPUTS];
  spindle_operand zero[OUTPUTS];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    zero[j] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + j] : 0);
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) acc[i][j] = (uint32_t)p->bias[o + j];
  }
  for (int32_t k = 0; k < depth; ++k) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const spindle_operand x = in[i * depth + k];
      SPINDLE_UNROLL
      for (int32_t j = 0; j < outputs; ++j) {
        const spindle_operand weight = (spindle_operand)(weights[j * depth + k] - zero[j]);
        acc[i][j] = spindle_accumulate(acc[i][j], x * weight);
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < outputs; ++j) sums[i * GROUP + j] = (int32_t)acc[i][j];
  }
}

/* Requantizes such sums of `count` channels. */
SPINDLE_INLINE void finish(const spindle_pw_s8_params* p, const int32_t* sums, int8_t* out,
                           int32_t o, int32_t pixels, int32_t count, spindle_range range) {
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    /* Not written to `out` directly: for all that the compiler knows, `out` might overlap the
     * multipliers. */
    int8_t results[GROUP];
    SPINDLE_LANES
    for (int32_t j = 0; j < count; ++j) {
      results[j] = spindle_requantize(sums[i * GROUP + j], p->multiplier[o + j], range);
    }
    memcpy(out + i * p->out_channels + o, results, (size_t)count);
  }
}

/* Computes all output channels of a few pixels. */
SPINDLE_INLINE void strip(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out,
                          int32_t pixels, spindle_range range) {
  int32_t sums[PIXELS * GROUP];
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
