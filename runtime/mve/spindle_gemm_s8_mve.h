/* SPDX-License-Identifier: Apache-2.0 */
/* A matrix product for MVE, in tiles of two pixels by four output channels.
 *
 * Inputs are read in blocks of 16. The first block begins at input 0. The others follow so that the
 * last one ends at the last input. Where the second block overlaps the first, the first has zero
 * weights. For a depth of 20, the first block has weights for inputs 0 to 3, then 12 zeros; the
 * second for inputs 4 to 19.
 *
 * Weights are packed in panels of four output channels:
 *
 *   int8  weights[block][4 channels][16 inputs]
 *   int32 minus_zero[4]     minus the weights' zero points; only if SPINDLE_GEMM_ZEROS is 1
 *   int32 bias[4]
 *   float multiplier[4]
 *
 * The last panel ends at the last channel and may overlap the one before, so out_channels >= 4.
 *
 * A kernel for weights with zero points defines SPINDLE_GEMM_ZEROS as 1 before it includes this. It
 * then adds minus_zero times the sum of the pixel's inputs. */
#ifndef SPINDLE_GEMM_S8_MVE_H
#define SPINDLE_GEMM_S8_MVE_H

#include "spindle.h"
#include "spindle_mve.h"

#ifndef SPINDLE_GEMM_ZEROS
#define SPINDLE_GEMM_ZEROS 0
#endif

/* The inputs of two pixels: their first blocks, and where their second blocks begin. */
typedef struct {
  int8x16_t first0, first1;
  const int8_t *rest0, *rest1;
#if SPINDLE_GEMM_ZEROS
  int32x4_t sums; /* sums of the inputs of the two pixels, in lanes 0 and 2 */
#endif
} spindle_gemm_pair;

#if SPINDLE_GEMM_ZEROS
/* The sum of the inputs of a pixel. The first `step` of them are in `first`, the others at
 * `rest`. */
SPINDLE_INLINE int32_t spindle_gemm_sum(int8x16_t first, const int8_t* rest, int32_t step,
                                        int32_t depth) {
  int32_t sum = vaddvq_p_s8(first, vctp8q((uint32_t)step));
  for (; step < depth; step += 16, rest += 16) sum = vaddvaq_s8(sum, vldrbq_s8(rest));
  return sum;
}
#endif

SPINDLE_INLINE spindle_gemm_pair spindle_gemm_load(const int8_t* x0, const int8_t* x1,
                                                   int32_t depth) {
  const mve_pred16_t inside = vctp8q((uint32_t)depth);
  const int32_t step = ((depth - 1) & 15) + 1;
  spindle_gemm_pair pair;
  pair.first0 = vldrbq_z_s8(x0, inside);
  pair.first1 = vldrbq_z_s8(x1, inside);
  pair.rest0 = x0 + step;
  pair.rest1 = x1 + step;
#if SPINDLE_GEMM_ZEROS
  pair.sums = vdupq_n_s32(spindle_gemm_sum(pair.first0, pair.rest0, step, depth));
  pair.sums = vsetq_lane_s32(spindle_gemm_sum(pair.first1, pair.rest1, step, depth), pair.sums, 2);
#endif
  return pair;
}

/* The code for one panel: FIRST for the first block, BLOCK for another block, GATHER to collect the
 * sums into vectors. */
#define SPINDLE_GEMM_FIRST               \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladav.s8 r0, %q[f0], %q[w]\n\t"     \
  "vmladav.s8 r2, %q[f1], %q[w]\n\t"     \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladav.s8 r4, %q[f0], %q[w]\n\t"     \
  "vmladav.s8 r6, %q[f1], %q[w]\n\t"     \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladav.s8 r8, %q[f0], %q[w]\n\t"     \
  "vmladav.s8 r10, %q[f1], %q[w]\n\t"    \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladav.s8 r12, %q[f0], %q[w]\n\t"    \
  "vmladav.s8 lr, %q[f1], %q[w]\n\t"
#define SPINDLE_GEMM_BLOCK               \
  "vldrb.8 %q[a], [%[x0]], #16\n\t"      \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladava.s8 r0, %q[a], %q[w]\n\t"     \
  "vldrb.8 %q[b], [%[x1]], #16\n\t"      \
  "vmladava.s8 r2, %q[b], %q[w]\n\t"     \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladava.s8 r4, %q[a], %q[w]\n\t"     \
  "vmladava.s8 r6, %q[b], %q[w]\n\t"     \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladava.s8 r8, %q[a], %q[w]\n\t"     \
  "vmladava.s8 r10, %q[b], %q[w]\n\t"    \
  "vldrb.8 %q[w], [%[weights]], #16\n\t" \
  "vmladava.s8 r12, %q[a], %q[w]\n\t"    \
  "vmladava.s8 lr, %q[b], %q[w]\n\t"
#define SPINDLE_GEMM_GATHER              \
  "vmov %q[a][2], %q[a][0], r0, r8\n\t"  \
  "vmov %q[a][3], %q[a][1], r4, r12\n\t" \
  "vmov %q[b][2], %q[b][0], r2, r10\n\t" \
  "vmov %q[b][3], %q[b][1], r6, lr\n\t"
/* Corrects the sums for the zero points of the weights. */
#if SPINDLE_GEMM_ZEROS
#define SPINDLE_GEMM_CORRECT                  \
  "vmov r0, r2, %q[sums][2], %q[sums][0]\n\t" \
  "vldrw.32 %q[w], [%[weights]], #16\n\t"     \
  "vmla.s32 %q[a], %q[w], r0\n\t"             \
  "vmla.s32 %q[b], %q[w], r2\n\t"
#define SPINDLE_GEMM_SUMS(pair) , [sums] "w"(pair.sums)
#else
#define SPINDLE_GEMM_CORRECT
#define SPINDLE_GEMM_SUMS(pair)
#endif
/* Adds the bias, multiplies (the product is rounded to float), rounds, adds the zero point,
 * saturates. */
#define SPINDLE_GEMM_REQUANTIZE           \
  "vldrw.32 %q[w], [%[weights]], #16\n\t" \
  "vadd.i32 %q[a], %q[a], %q[w]\n\t"      \
  "vadd.i32 %q[b], %q[b], %q[w]\n\t"      \
  "vldrw.32 %q[w], [%[weights]], #16\n\t" \
  "vcvt.f32.s32 %q[a], %q[a]\n\t"         \
  "vcvt.f32.s32 %q[b], %q[b]\n\t"         \
  "vmul.f32 %q[a], %q[a], %q[w]\n\t"      \
  "vmul.f32 %q[b], %q[b], %q[w]\n\t"      \
  "vcvtn.s32.f32 %q[a], %q[a]\n\t"        \
  "vcvtn.s32.f32 %q[b], %q[b]\n\t"        \
  "vqmovnb.s32 %q[w], %q[a]\n\t"          \
  "vqmovnt.s32 %q[w], %q[b]\n\t"          \
  "vqadd.s16 %q[w], %q[w], %q[zero]\n\t"  \
  "vqmovnb.s16 %q[w], %q[w]\n\t"
#define SPINDLE_GEMM_CLOBBERS "r0", "r2", "r4", "r6", "r8", "r10", "r12", "lr", "cc", "memory"

/* Computes four channels of both pixels. They are in the even bytes of *y: pixel 0 and pixel 1 of
 * the first channel, then of the next channel. Returns the next panel. */
SPINDLE_INLINE const int32_t* spindle_gemm_panel(spindle_gemm_pair pair, const int32_t* weights,
                                                 int32_t blocks, int16x8_t zero, int8x16_t* y) {
  int32x4_t a, b;
  const int8_t *x0 = pair.rest0, *x1 = pair.rest1;
  __asm__ volatile(
      SPINDLE_GEMM_FIRST
      "subs %[n], %[n], #1\n\t"
      "beq 2f\n"
      "1:\n\t" SPINDLE_GEMM_BLOCK
      "subs %[n], %[n], #1\n\t"
      "bne 1b\n"
      "2:\n\t" SPINDLE_GEMM_GATHER SPINDLE_GEMM_CORRECT SPINDLE_GEMM_REQUANTIZE
      : [weights] "+r"(weights), [x0] "+r"(x0), [x1] "+r"(x1), [n] "+r"(blocks), [a] "=&w"(a),
        [b] "=&w"(b), [w] "=&w"(*y)
      : [f0] "w"(pair.first0), [f1] "w"(pair.first1), [zero] "w"(zero)SPINDLE_GEMM_SUMS(pair)
      : SPINDLE_GEMM_CLOBBERS);
  return weights;
}

/* Computes all output channels of two pixels. The first goes to `out`, the second `stride` bytes
 * after it. */
SPINDLE_INLINE void spindle_gemm_two(spindle_gemm_pair pair, const int32_t* weights, int32_t depth,
                                     int8_t* out, int32_t channels, int32_t stride,
                                     spindle_mve_range range) {
  const int32_t blocks = (depth + 15) >> 4;
  /* Offsets of results that are in the order pixel 0, pixel 1, pixel 0 of the next channel, ... */
  const uint16x8_t order = vidupq_n_u16(0, 1);
  const uint16x8_t at =
      vmlaq_n_u16(vshrq_n_u16(order, 1), vandq_u16(order, vdupq_n_u16(1)), (uint16_t)stride);
  const int16x8_t zero = vdupq_n_s16(range.zero);
  int8_t* last = out + channels - 4;
  for (; out < last; out += 4) {
    int8x16_t y;
    weights = spindle_gemm_panel(pair, weights, blocks, zero, &y);
    vstrbq_scatter_offset_s16(out, at, vreinterpretq_s16_s8(spindle_mve_limit(y, range)));
  }
  {
    int8x16_t y;
    spindle_gemm_panel(pair, weights, blocks, zero, &y);
    vstrbq_scatter_offset_s16(last, at, vreinterpretq_s16_s8(spindle_mve_limit(y, range)));
  }
}

/* The body of spindle_gemm_pixels; range.limited is a constant at the calls. */
SPINDLE_INLINE void spindle_gemm_all(const int32_t* weights, const int8_t* in, int32_t depth,
                                     int32_t in_stride, int8_t* out, int32_t channels,
                                     int32_t pixels, spindle_mve_range range) {
  for (; pixels > 1; pixels -= 2) {
    const spindle_gemm_pair pair = spindle_gemm_load(in, in + in_stride, depth);
    spindle_gemm_two(pair, weights, depth, out, channels, channels, range);
    in += 2 * in_stride;
    out += 2 * channels;
  }
  if (pixels > 0) {
    /* Computes the last pixel twice and stores both results at the same place. */
    spindle_gemm_two(spindle_gemm_load(in, in, depth), weights, depth, out, channels, 0, range);
  }
}

/* Computes `pixels` pixels of `depth` inputs each; their inputs are in_stride bytes apart. */
SPINDLE_INLINE void spindle_gemm_pixels(const int32_t* weights, const int8_t* in, int32_t depth,
                                        int32_t in_stride, int8_t* out, int32_t channels,
                                        int32_t pixels, spindle_mve_range range) {
  if (range.limited) {
    range.limited = 1;
    spindle_gemm_all(weights, in, depth, in_stride, out, channels, pixels, range);
  } else {
    range.limited = 0;
    spindle_gemm_all(weights, in, depth, in_stride, out, channels, pixels, range);
  }
}

#endif /* SPINDLE_GEMM_S8_MVE_H */
