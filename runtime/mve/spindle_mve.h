/* SPDX-License-Identifier: Apache-2.0 */
/* What the Helium (MVE) kernels share: requantization of whole vectors. Only for cores with MVE.
 *
 * MVE faults on a vector access that is not aligned to the size of its elements. So bytes are
 * loaded and stored as bytes, and words only where the address is known to be a multiple of 4.
 *
 * Inner loops are inline assembly: VMLADAV accumulates in even-numbered core registers, of which
 * compilers use at most half. */
#ifndef SPINDLE_MVE_H
#define SPINDLE_MVE_H

/* Without optimization GCC reserves so many registers that too few are left for the assembly. */
#if defined(__GNUC__) && !defined(__clang__) && !defined(__OPTIMIZE__)
#pragma GCC optimize("O2", "omit-frame-pointer")
#endif

#include <arm_mve.h>
#include <stdint.h>
#include <string.h>

#include "spindle_compiler.h"

/* Zero point and limits of an 8-bit output. `limited` is 0 if the limits are those of int8, which
 * saturation already applies. */
typedef struct {
  int16_t zero;
  int8_t lo, hi;
  int32_t limited;
} spindle_mve_range;

SPINDLE_INLINE spindle_mve_range spindle_mve_output_range(int32_t zero, int32_t lo, int32_t hi) {
  spindle_mve_range range;
  range.zero = (int16_t)zero;
  range.lo = (int8_t)lo;
  range.hi = (int8_t)hi;
  range.limited = lo > -128 || hi < 127;
  return range;
}

/* Clamps bytes to the limits. */
SPINDLE_INLINE int8x16_t spindle_mve_limit(int8x16_t y, spindle_mve_range range) {
  if (range.limited) y = vminq_s8(vmaxq_s8(y, vdupq_n_s8(range.lo)), vdupq_n_s8(range.hi));
  return y;
}

/* Stores four words of y, one for each of four pixels that are `stride` bytes apart; only the first
 * `count` are stored. `at` holds the offsets of the pixels. */
SPINDLE_INLINE void spindle_mve_store_pixels(int8_t* out, uint32x4_t at, int32_t stride,
                                             int8x16_t y, int32_t count) {
  const int32x4_t words = vreinterpretq_s32_s8(y);
  if ((((uintptr_t)out | (uintptr_t)stride) & 3) != 0) {
    int32_t copy[4];
    vst1q_s32(copy, words);
    for (int32_t i = 0; i < 4 && i < count; ++i) memcpy(out + i * stride, &copy[i], 4);
  } else if (count >= 4) {
    vstrwq_scatter_offset_s32((int32_t*)(void*)out, at, words);
  } else {
    vstrwq_scatter_offset_p_s32((int32_t*)(void*)out, at, words, vctp32q((uint32_t)count));
  }
}

#endif /* SPINDLE_MVE_H */
