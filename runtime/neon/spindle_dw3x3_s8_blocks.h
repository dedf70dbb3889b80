/* SPDX-License-Identifier: Apache-2.0 */
/* The loop over the blocks of channels of a 3 x 3 depthwise kernel. Included after definitions of
 *
 *   SPINDLE_DW3X3_CHANNELS
 *       The channels of a block.
 *   SPINDLE_DW3X3_BYTES
 *       The bytes of the packed weights of a block.
 *   spindle_dw3x3_weights
 *       A type that holds the weights of a block in registers.
 *   spindle_dw3x3_load(packed)
 *       Loads them.
 *   spindle_dw3x3_cut(weights, from, to, rows, in_zero)
 *       Sets the weights of rows outside of `rows` to zero, and copies the biases from `from` to
 *       `to` without what they hold for these rows.
 *   spindle_dw3x3_stride_1, spindle_dw3x3_stride_2(block, weights, out, x, n, simple)
 *       Computes n outputs side by side. x is the first column of the first window, `simple` is
 *       block->range.simple. */
#ifndef SPINDLE_DW3X3_S8_BLOCKS_H
#define SPINDLE_DW3X3_S8_BLOCKS_H

SPINDLE_INLINE void spindle_dw3x3_blocks(const spindle_dw3x3_s8_neon_params* p, const void* in,
                                         int8_t* out, int32_t y, int32_t x, int32_t n,
                                         int32_t simple) {
  const int32_t channels = p->channels, top = y * p->stride_h - p->pad_top;
  const spindle_taps inside = spindle_taps_inside(top, 0, p->in.rows, 3, 1);
  const int8_t *row[3], *weights = p->weights;
  int32_t cut_bias[SPINDLE_DW3X3_CHANNELS];
  spindle_dw3x3_block b;
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t tap = spindle_max(inside.first, spindle_min(k, inside.last - 1));
    row[k] = (const int8_t*)spindle_row(in, p->in, top + tap);
  }
  b.width = p->in_width;
  b.channels = channels;
  b.in_zero = vdupq_n_s8((int8_t)p->in_zero);
  b.range = spindle_neon_output_range(p->out_zero, p->lo, p->hi, p->narrow);
  for (int32_t c = 0; c < channels; c += SPINDLE_DW3X3_CHANNELS) {
    const int32_t first = spindle_min(c, channels - SPINDLE_DW3X3_CHANNELS);
    spindle_dw3x3_weights w = spindle_dw3x3_load(weights);
    weights += SPINDLE_DW3X3_BYTES;
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) {
      b.row[k] = row[k] + first;
      SPINDLE_NEON_KEEP(b.row[k]);
    }
    b.bias = p->bias + first;
    b.multiplier = p->multiplier + first;
    if (inside.last - inside.first < 3) {
      spindle_dw3x3_cut(&w, b.bias, cut_bias, inside, b.in_zero);
      b.bias = cut_bias;
    }
    SPINDLE_NEON_KEEP(b.bias);
    if (p->stride_w == 1) {
      spindle_dw3x3_stride_1(&b, &w, out + first, x - p->pad_left, n, simple);
    } else {
      spindle_dw3x3_stride_2(&b, &w, out + first, 2 * x - p->pad_left, n, simple);
    }
  }
}

SPINDLE_INLINE void spindle_dw3x3(const spindle_dw3x3_s8_neon_params* p, const void* in, void* out,
                                  int32_t y, int32_t x, int32_t n) {
  if (n <= 0) return;
  if (spindle_neon_output_range(p->out_zero, p->lo, p->hi, p->narrow).simple) {
    spindle_dw3x3_blocks(p, in, (int8_t*)out, y, x, n, 1);
  } else {
    spindle_dw3x3_blocks(p, in, (int8_t*)out, y, x, n, 0);
  }
}

#endif /* SPINDLE_DW3X3_S8_BLOCKS_H */
