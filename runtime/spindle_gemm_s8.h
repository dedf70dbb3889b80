/* A matrix product out of tiles: what 1x1 and first convolutions share, whatever the instruction
 * set. Included after a header that defines
 *
 *   SPINDLE_GEMM_PIXELS, SPINDLE_GEMM_OUTPUTS      the tile, as large as registers allow
 *   spindle_gemm_tile(gemm, rows, out, sums, range, pixels)
 *   spindle_gemm_panel_bytes(depth)                of packed weights for SPINDLE_GEMM_OUTPUTS
 *   spindle_gemm_padded(depth)                     for inputs laid out by a kernel
 *   spindle_gemm_sum(in, depth)                    of a pixel's inputs
 */
#ifndef SPINDLE_GEMM_S8_H
#define SPINDLE_GEMM_S8_H

#include "spindle.h"

/* All output channels of a few pixels. The last panel ends at the last channel and may overlap the
 * one before; out_channels >= SPINDLE_GEMM_OUTPUTS. */
SPINDLE_INLINE void spindle_gemm_strip(spindle_gemm_s8 gemm, const int8_t* in, int8_t* out,
                                       spindle_neon_range range, int32_t pixels) {
  const spindle_gemm_s8 all = gemm;
  const int32_t outputs = gemm.out_stride;
  int32_t sums[SPINDLE_GEMM_PIXELS] = {0};
  const int8_t* row[SPINDLE_GEMM_PIXELS];
  SPINDLE_UNROLL
  for (int32_t i = 0; i < pixels; ++i) {
    row[i] = in + (ptrdiff_t)i * gemm.in_stride;
    SPINDLE_NEON_KEEP(row[i]);
  }
  if (all.weight_zero) {
    for (int32_t i = 0; i < pixels; ++i) {
      sums[i] = spindle_gemm_sum(row[i], gemm.depth);
    }
  }
  for (int32_t o = 0; o < outputs; o += SPINDLE_GEMM_OUTPUTS) {
    const int32_t first = spindle_min(o, outputs - SPINDLE_GEMM_OUTPUTS);
    gemm.bias = all.bias + first;
    gemm.multiplier = all.multiplier + first;
    if (all.weight_zero) gemm.weight_zero = all.weight_zero + first;
    spindle_gemm_tile(gemm, row, out + first, sums, range, pixels);
    gemm.weights += spindle_gemm_panel_bytes(gemm.depth);
  }
}

/* spindle_gemm_strip for a number of pixels that is not a constant. */
SPINDLE_INLINE void spindle_gemm_pixels(spindle_gemm_s8 gemm, const int8_t* in, int8_t* out,
                                        spindle_neon_range range, int32_t pixels) {
  switch (pixels) {
    case 1:
      spindle_gemm_strip(gemm, in, out, range, 1);
      break;
    case 2:
      spindle_gemm_strip(gemm, in, out, range, 2);
      break;
    case 3:
      spindle_gemm_strip(gemm, in, out, range, 3);
      break;
#if SPINDLE_GEMM_PIXELS > 4
    case 4:
      spindle_gemm_strip(gemm, in, out, range, 4);
      break;
    case 5:
      spindle_gemm_strip(gemm, in, out, range, 5);
      break;
    case 6:
      spindle_gemm_strip(gemm, in, out, range, 6);
      break;
    case 7:
      spindle_gemm_strip(gemm, in, out, range, 7);
      break;
#endif
    default:
      spindle_gemm_strip(gemm, in, out, range, SPINDLE_GEMM_PIXELS);
      break;
  }
}

/* Pixels of the next tile when `pixels` are left: tiles of nearly equal size, so that 14 pixels are
 * 7 and 7 and not 8 and 6. */
SPINDLE_INLINE int32_t spindle_gemm_next(int32_t pixels) {
  const int32_t tiles = (pixels + SPINDLE_GEMM_PIXELS - 1) / SPINDLE_GEMM_PIXELS;
  return (pixels + tiles - 1) / tiles;
}

SPINDLE_INLINE void spindle_gemm_pw(const spindle_pw_s8_params* p, const void* in, void* out,
                                    int32_t pixels) {
  const spindle_neon_range range = spindle_neon_output_range(p->out_zero, p->lo, p->hi);
  const spindle_gemm_s8 gemm = {p->weights,     p->bias,        p->multiplier,  p->weight_zero,
                                p->in_channels, p->in_channels, p->out_channels};
  const int8_t* x = (const int8_t*)in;
  int8_t* y = (int8_t*)out;
  while (pixels > 0) {
    const int32_t count = spindle_gemm_next(pixels);
    spindle_gemm_pixels(gemm, x, y, range, count);
    x += count * p->in_channels;
    y += count * p->out_channels;
    pixels -= count;
  }
}

#endif /* SPINDLE_GEMM_S8_H */
