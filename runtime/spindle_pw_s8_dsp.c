#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_gemm_dsp.h"

/* The channels beyond the last four, with zeros. */
static uint32_t load_rest(const int8_t* from, int32_t count) {
  uint32_t word = 0;
  memcpy(&word, from, (size_t)count);
  return word;
}

/* The strip of `pixels` pixels that begins at `x`; `pixels` is a constant at the calls. */
SPINDLE_INLINE uint32_t* widen_strip(const int8_t* x, int32_t channels, int32_t depth,
                                     uint32_t* out, int32_t pixels) {
  int32_t k = 0;
  for (; k + 4 <= channels; k += 4, out += 2 * pixels) {
    SPINDLE_UNROLL
    for (int32_t i = 0; i < pixels; ++i) {
      spindle_widen4(spindle_load4(x + i * channels + k), out + i, pixels);
    }
  }
  for (; k < depth; k += 4, out += 2 * pixels) {
    for (int32_t i = 0; i < pixels; ++i) {
      const int32_t rest = k < channels ? channels - k : 0;
      spindle_widen4(load_rest(x + i * channels + (rest > 0 ? k : 0), rest), out + i, pixels);
    }
  }
  return out;
}

static void widen(const int8_t* x, int32_t channels, int32_t depth, uint32_t* out,
                  int32_t pixels) {
  const spindle_strips strips = spindle_strips_of(pixels);
  for (int32_t i = 0; i < strips.fours; ++i, x += 4 * channels) {
    out = widen_strip(x, channels, depth, out, 4);
  }
  for (int32_t i = 0; i < strips.threes; ++i, x += 3 * channels) {
    out = widen_strip(x, channels, depth, out, 3);
  }
  for (int32_t i = 0; i < strips.ones; ++i, x += channels) {
    out = widen_strip(x, channels, depth, out, 1);
  }
}

void spindle_pw_s8_dsp(const spindle_pw_s8_dsp_params* p, const void* in, void* out, void* scratch,
                       int32_t pixels) {
  const int8_t* x = (const int8_t*)in;
  int8_t* y = (int8_t*)out;
  spindle_gemm_s8_dsp_params gemm;
  gemm.weights = p->weights;
  gemm.weight_zero = p->weight_zero;
  gemm.depth = (p->in_channels + 7) / 8 * 8;
  gemm.out_channels = p->out_channels;
  gemm.out_zero = p->out_zero;
  gemm.lo = p->lo;
  gemm.hi = p->hi;
  uint32_t* widened = (uint32_t*)scratch;
  uint32_t* inputs = widened + gemm.depth;
  while (pixels > 0) {
    const int32_t count = spindle_min(pixels, p->chunk);
    widen(x, p->in_channels, gemm.depth, inputs, count);
    spindle_gemm_s8_dsp(&gemm, inputs, widened, y, count);
    x += count * p->in_channels;
    y += count * p->out_channels;
    pixels -= count;
  }
}
