#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_requantize.h"

/* The tile: pixels and output channels computed together, so that every loaded value is used
 * several times; as large as registers allow. */
#if defined(__arm__)
#define PIXELS 2
#define OUTPUTS 2
#else
#define PIXELS 4
#define OUTPUTS 2
#endif

/* Output channels o, o + 1, ... of a few pixels. `pixels` and `outputs` are constants at the calls,
 * which are inlined. */
SPINDLE_INLINE void tile(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out, int32_t o,
                         int32_t pixels, int32_t outputs, spindle_range range) {
  const int32_t depth = p->in_channels;
  const int8_t* weights = p->weights + (ptrdiff_t)o * depth;
  int32_t acc[PIXELS][OUTPUTS];
  spindle_operand zero[OUTPUTS];
  SPINDLE_UNROLL
  for (int32_t j = 0; j < outputs; ++j) {
    zero[j] = (spindle_operand)(p->weight_zero ? p->weight_zero[o + j] : 0);
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) acc[i][j] = p->bias[o + j];
  }
  for (int32_t k = 0; k < depth; ++k) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      const spindle_operand x = in[i * depth + k];
      SPINDLE_UNROLL
      for (int32_t j = 0; j < outputs; ++j) {
        acc[i][j] += x * (spindle_operand)(weights[j * depth + k] - zero[j]);
      }
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < outputs; ++j) {
      out[i * p->out_channels + o + j] = spindle_requantize(acc[i][j], p->multiplier[o + j], range);
    }
  }
}

/* All output channels of a few pixels. */
SPINDLE_INLINE void strip(const spindle_pw_s8_params* p, const int8_t* in, int8_t* out,
                          int32_t pixels, spindle_range range) {
  int32_t o = 0;
  for (; o + OUTPUTS <= p->out_channels; o += OUTPUTS) {
    tile(p, in, out, o, pixels, OUTPUTS, range);
  }
  for (; o < p->out_channels; ++o) tile(p, in, out, o, pixels, 1, range);
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
