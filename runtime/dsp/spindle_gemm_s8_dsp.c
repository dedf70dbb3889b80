/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_fixed.h"
#include "spindle_gemm_dsp.h"

#if SPINDLE_DSP_ASM
#include "spindle_gemm_dsp_asm.h"

static void compute(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs, int8_t* out,
                    int32_t stride, uint32_t* widened, int32_t pixels, int32_t first,
                    int32_t pairs) {
  const spindle_strips strips = spindle_strips_of(pixels);
  const ptrdiff_t words = p->depth / 2;
  const ptrdiff_t packed = spindle_packed_depth(p->depth) / 2 + SPINDLE_GEMM_S8_DSP_HEAD;
  if (pixels == 1 && !p->weight_zero && p->depth % 8 == 0) {
    run_pixel(p->weights + first * packed, inputs, inputs + words, out, out + 2 * pairs,
              spindle_fixed_offset(p->out_zero));
    return;
  }
  frame state;
  state.weights = p->weights + first * packed;
  state.weight_zero = p->weight_zero ? p->weight_zero + 2 * first : NULL;
  state.out = out;
  state.pairs = pairs;
  state.inputs = inputs;
  state.widened = widened;
  state.widened_end = widened + p->depth;
  state.filled = widened + spindle_packed_depth(p->depth);
  state.stride = stride;
  state.end4 = inputs + 4 * strips.fours * words;
  state.end3 = state.end4 + 3 * strips.threes * words;
  state.end1 = state.end3 + strips.ones * words;
  state.offset = spindle_fixed_offset(p->out_zero);
  const int32_t skipped = 16 - (p->depth / 2 - 1) % 16; /* pairs of channels */
  state.entry4 = skipped * STEP4_BYTES;
  state.entry3 = skipped * STEP3_BYTES;
  run(&state);
}

#else

/* The record of a pair of output channels: two biases, two multipliers, the weights. */
static const int32_t* pair_data(const spindle_gemm_s8_dsp_params* p, int32_t pair) {
  return p->weights +
         (ptrdiff_t)pair * (SPINDLE_GEMM_S8_DSP_HEAD + spindle_packed_depth(p->depth) / 2);
}

/* Widens the weights of a pair of output channels. For each pair of input channels, `widened` has
 * the weights of the first output channel, then those of the second. */
static void widen_weights(const spindle_gemm_s8_dsp_params* p, int32_t pair, uint32_t* widened) {
  const int32_t words = spindle_packed_depth(p->depth) / 2;
  const int32_t* packed = pair_data(p, pair) + SPINDLE_GEMM_S8_DSP_HEAD;
  for (int32_t i = 0; i < words; ++i) {
    spindle_widen4((uint32_t)packed[i], widened + 2 * i, 1);
    for (int32_t j = 0; p->weight_zero && j < 2; ++j) {
      const int32_t zero = p->weight_zero[2 * pair + j];
      widened[2 * i + j] = spindle_subtract(widened[2 * i + j], spindle_pair(zero, zero));
    }
  }
}

/* Computes a pair of output channels in `strips` strips of `size` pixels; `size` is a constant of
 * at most 4. Returns the inputs after these strips. */
SPINDLE_INLINE const uint32_t* run_strips(const spindle_gemm_s8_dsp_params* p,
                                          const uint32_t* inputs, const uint32_t* widened,
                                          int32_t strips, int32_t size, int32_t pair, int8_t** out,
                                          int32_t stride) {
  const spindle_range range = spindle_output_range(p->out_zero, -128, 127);
  const int32_t* data = pair_data(p, pair);
  for (int32_t strip = 0; strip < strips; ++strip) {
    uint32_t acc[4][2];
    SPINDLE_UNROLL
    for (int32_t i = 0; i < size; ++i) {
      acc[i][0] = (uint32_t)data[0];
      acc[i][1] = (uint32_t)data[1];
    }
    for (int32_t k = 0; k < p->depth / 2; ++k, inputs += size) {
      SPINDLE_UNROLL
      for (int32_t i = 0; i < size; ++i) {
        acc[i][0] = spindle_dot(inputs[i], widened[2 * k], acc[i][0]);
        acc[i][1] = spindle_dot(inputs[i], widened[2 * k + 1], acc[i][1]);
      }
    }
    SPINDLE_UNROLL
    for (int32_t i = 0; i < size; ++i, *out += stride) {
      (*out)[0] = spindle_scale((int32_t)acc[i][0], data + 2, 0, range);
      (*out)[1] = spindle_scale((int32_t)acc[i][1], data + 2, 1, range);
    }
  }
  return inputs;
}

/* One pixel and weights without zero points. Weights are widened as they are used. */
static void run_pixel(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs, int8_t* out,
                      int32_t first, int32_t pairs) {
  const spindle_range range = spindle_output_range(p->out_zero, -128, 127);
  for (int32_t pair = first; pair < first + pairs; ++pair, out += 2) {
    const int32_t* data = pair_data(p, pair);
    uint32_t acc[2] = {(uint32_t)data[0], (uint32_t)data[1]};
    for (int32_t k = 0; k < p->depth / 2; ++k) {
      uint32_t weights[2];
      spindle_widen4((uint32_t)data[SPINDLE_GEMM_S8_DSP_HEAD + k], weights, 1);
      for (int32_t j = 0; j < 2; ++j) acc[j] = spindle_dot(inputs[k], weights[j], acc[j]);
    }
    for (int32_t j = 0; j < 2; ++j) out[j] = spindle_scale((int32_t)acc[j], data + 2, j, range);
  }
}

static void compute(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs, int8_t* out,
                    int32_t stride, uint32_t* widened, int32_t pixels, int32_t first,
                    int32_t pairs) {
  const spindle_strips strips = spindle_strips_of(pixels);
  if (pixels == 1 && !p->weight_zero && p->depth % 8 == 0) {
    run_pixel(p, inputs, out, first, pairs);
    return;
  }
  for (int32_t pair = first; pair < first + pairs; ++pair, out += 2) {
    const uint32_t* x = inputs;
    int8_t* y = out;
    widen_weights(p, pair, widened);
    x = run_strips(p, x, widened, strips.fours, 4, pair, &y, stride);
    x = run_strips(p, x, widened, strips.threes, 3, pair, &y, stride);
    run_strips(p, x, widened, strips.ones, 1, pair, &y, stride);
  }
}

#endif

void spindle_gemm_s8_dsp(const spindle_gemm_s8_dsp_params* p, const uint32_t* inputs,
                         uint32_t* widened, int8_t* out, int32_t pixels) {
  const int32_t pairs = p->out_channels / 2;
  if (pairs > 0) compute(p, inputs, out, p->out_channels, widened, pixels, 0, pairs);
  if (p->out_channels % 2 != 0) { /* the last channel alone; its partner is dropped */
    int8_t both[2 * SPINDLE_GEMM_S8_DSP_PIXELS];
    compute(p, inputs, both, 2, widened, pixels, pairs, 1);
    for (int32_t i = 0; i < pixels; ++i) {
      out[i * p->out_channels + p->out_channels - 1] = both[2 * i];
    }
  }
  spindle_limit_s8(out, pixels * p->out_channels, p->lo, p->hi);
}
