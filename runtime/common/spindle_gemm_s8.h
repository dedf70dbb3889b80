/* SPDX-License-Identifier: Apache-2.0 */
/* A matrix product that is computed in tiles of pixels by output channels. 1x1 and first
 * convolutions use it on all NEON instruction sets. Included after a header that defines
 *
 *   SPINDLE_GEMM_PIXELS, SPINDLE_GEMM_OUTPUTS
 *       The size of the tile: as large as the registers allow.
 *   SPINDLE_GEMM_PAIRS
 *       1 if pixels are computed in pairs.
 *   spindle_gemm_tile(gemm, panel, start, o, rows, range, pixels)
 *       Computes outputs o, o + 1, ... and returns the next panel. The sums begin with `start` or,
 *       if that is NULL, with the biases.
 *   spindle_gemm_center(start, panel, zeros, sums)
 *       Sets `start` to the biases minus the weights' zero points times `sums`, the sums of the
 *       inputs of each pixel.
 *   spindle_gemm_padded(depth)
 *       The depth to which a kernel pads inputs that it lays out itself.
 *
 * A panel holds the biases, multipliers and weights of SPINDLE_GEMM_OUTPUTS output channels. */
#ifndef SPINDLE_GEMM_S8_H
#define SPINDLE_GEMM_S8_H

#include "spindle.h"
#include "spindle_neon.h"

/* The sum of the inputs of a pixel. */
SPINDLE_NEON_ASIDE int32_t spindle_gemm_sum(const int8_t* in, int32_t depth) {
  int32x4_t sums = vdupq_n_s32(0);
  int32_t k = 0;
  for (; k + 16 <= depth; k += 16) {
#if defined(__ARM_FEATURE_DOTPROD)
    sums = vdotq_s32(sums, vld1q_s8(in + k), vdupq_n_s8(1));
#else
    sums = vpadalq_s16(sums, vpaddlq_s8(vld1q_s8(in + k)));
#endif
  }
  int32_t sum = vaddvq_s32(sums);
  for (; k < depth; ++k) sum += in[k];
  return sum;
}

/* Computes all output channels of `count` pixels with the code for `pixels` pixels. `pixels` is
 * `count` or `count` + 1; in the second case the last pixel is computed twice. The last panel ends
 * at the last channel and may overlap the one before, so out_channels >= SPINDLE_GEMM_OUTPUTS.
 * Returns the end of the panels. */
SPINDLE_INLINE const int8_t* spindle_gemm_strip(const spindle_gemm_s8* gemm, const int8_t* in,
                                                int8_t* out, spindle_neon_range range,
                                                int32_t count, int32_t pixels) {
  const int32_t outputs = gemm->out_channels;
  const int8_t* panel = gemm->panels;
  spindle_gemm_rows rows;
  int32_t sums[SPINDLE_GEMM_PIXELS] = {0}, start[SPINDLE_GEMM_PIXELS * SPINDLE_GEMM_OUTPUTS];
  if (gemm->weight_zero) {
    for (int32_t i = 0; i < SPINDLE_GEMM_PIXELS; ++i) {
      const int32_t pixel = spindle_min(i, count - 1);
      sums[i] = spindle_gemm_sum(in + (ptrdiff_t)pixel * gemm->in_stride, gemm->depth);
    }
  }
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    rows.in[i] = in;
    rows.out[i] = out;
    SPINDLE_NEON_KEEP(rows.in[i]);
    SPINDLE_NEON_KEEP(rows.out[i]);
    if (i + 2 < pixels || count == pixels) {
      in += gemm->in_stride;
      out += gemm->out_stride;
    }
  }
  for (int32_t o = 0; o < outputs; o += SPINDLE_GEMM_OUTPUTS) {
    const int32_t first = spindle_min(o, outputs - SPINDLE_GEMM_OUTPUTS);
    const int32_t* from = NULL;
    if (gemm->weight_zero) {
      spindle_gemm_center(start, panel, gemm->weight_zero + first, sums);
      from = start;
    }
    panel = spindle_gemm_tile(gemm, panel, from, first, &rows, range, pixels);
  }
  return panel;
}

/* spindle_gemm_strip for a `count` that is not a constant. Rare counts share code, to save
 * space. */
SPINDLE_INLINE const int8_t* spindle_gemm_pixels(const spindle_gemm_s8* gemm, const int8_t* in,
                                                 int8_t* out, spindle_neon_range range,
                                                 int32_t count) {
  switch (count) {
#if !SPINDLE_GEMM_PAIRS
    case 1:
      return spindle_gemm_strip(gemm, in, out, range, 1, 1);
#else
    case 1:
#endif
#if SPINDLE_GEMM_PIXELS > 2
    case 2:
      return spindle_gemm_strip(gemm, in, out, range, count, 2);
#endif
#if SPINDLE_GEMM_PIXELS == 4
    case 3:
      return spindle_gemm_strip(gemm, in, out, range, 3, 3);
#elif SPINDLE_GEMM_PIXELS > 4
    case 3:
    case 4:
      return spindle_gemm_strip(gemm, in, out, range, count, 4);
    case 5:
    case 6:
      return spindle_gemm_strip(gemm, in, out, range, count, 6);
#if !SPINDLE_GEMM_PAIRS
    case 7:
      return spindle_gemm_strip(gemm, in, out, range, 7, 7);
#endif
#endif
    default:
      return spindle_gemm_strip(gemm, in, out, range, count, SPINDLE_GEMM_PIXELS);
  }
}

/* The size of the next tile when `pixels` pixels are left. Tiles are of nearly equal size: 14
 * pixels are 7 and 7, not 8 and 6. */
SPINDLE_INLINE int32_t spindle_gemm_next(int32_t pixels) {
  const int32_t tiles = (pixels + SPINDLE_GEMM_PIXELS - 1) / SPINDLE_GEMM_PIXELS;
  return (pixels + tiles - 1) / tiles;
}

/* The number of output channels that are computed for all tiles of pixels before the next ones.
 * Their weights fill half of a small first-level cache, so that each weight is read from memory
 * once per call. */
SPINDLE_INLINE int32_t spindle_gemm_group(int32_t depth, int32_t left, int32_t pixels) {
  const int32_t group = SPINDLE_GEMM_OUTPUTS * (1 + 16384 / SPINDLE_GEMM_OUTPUTS / depth);
  const int32_t least = SPINDLE_GEMM_OUTPUTS; /* channels that must be left for the last group */
  return pixels <= SPINDLE_GEMM_PIXELS || left < group + least ? left : group;
}

SPINDLE_INLINE void spindle_gemm_pw(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                                    int32_t pixels) {
  const spindle_neon_range range = spindle_neon_output_range(p->out_zero, p->lo, p->hi, p->narrow);
  spindle_gemm_s8 gemm = {p->panels,      p->weight_zero,  p->in_channels,
                          p->in_channels, p->out_channels, p->out_channels};
  for (int32_t o = 0; o < p->out_channels; o += gemm.out_channels) {
    gemm.out_channels = spindle_gemm_group(p->in_channels, p->out_channels - o, pixels);
    gemm.weight_zero = p->weight_zero ? p->weight_zero + o : NULL;
    const int8_t *x = (const int8_t*)in, *end = gemm.panels;
    int8_t* y = (int8_t*)out + o;
    for (int32_t left = pixels; left > 0;) {
      const int32_t count = spindle_gemm_next(left);
      end = spindle_gemm_pixels(&gemm, x, y, range, count);
      x += count * p->in_channels;
      y += count * p->out_channels;
      left -= count;
    }
    gemm.panels = end;
  }
}

#endif /* SPINDLE_GEMM_S8_H */
