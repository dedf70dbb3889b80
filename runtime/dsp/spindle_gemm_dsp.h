/* SPDX-License-Identifier: Apache-2.0 */
/* How the *_dsp kernels lay out the inputs of spindle_gemm_s8_dsp. */
#ifndef SPINDLE_GEMM_DSP_H
#define SPINDLE_GEMM_DSP_H

#include "spindle.h"
#include "spindle_dsp.h"

/* Pixels are computed in strips: first `fours` strips of 4 pixels, then `threes` strips of 3, then
 * `ones` single pixels. */
typedef struct {
  int32_t fours, threes, ones;
} spindle_strips;

/* Strips of 3 pixels are the fastest per pixel. With at most two strips of 4 beside them, they make
 * up every number of pixels but 1, 2 and 5. */
static inline spindle_strips spindle_strips_of(int32_t pixels) {
  spindle_strips strips;
  strips.fours = pixels % 3;
  if (4 * strips.fours > pixels) strips.fours = pixels / 4;
  strips.threes = (pixels - 4 * strips.fours) / 3;
  strips.ones = pixels - 4 * strips.fours - 3 * strips.threes;
  return strips;
}

/* The size of the strip that begins with pixel number `done`. */
static inline int32_t spindle_strip_size(spindle_strips strips, int32_t done) {
  if (done < 4 * strips.fours) return 4;
  return done < 4 * strips.fours + 3 * strips.threes ? 3 : 1;
}

/* `depth`, a multiple of 4, rounded up to the multiple of 8 to which weights are padded. */
static inline int32_t spindle_packed_depth(int32_t depth) {
  return (depth + 7) / 8 * 8;
}

/* The inputs of a strip are [pair of input channels][pixel]. Of each four channels, the first pair
 * is channels 0 and 2, the second 1 and 3, because that is how SXTB16 widens a word. This function
 * widens four channels of one pixel, of a strip of `pixels`:
 *
 *   out[0]         channels 0 and 2
 *   out[pixels]    channels 1 and 3 */
static inline void spindle_widen4(uint32_t word, uint32_t* out, int32_t pixels) {
  out[0] = spindle_even_bytes(word);
  out[pixels] = spindle_odd_bytes(word);
}

#endif /* SPINDLE_GEMM_DSP_H */
