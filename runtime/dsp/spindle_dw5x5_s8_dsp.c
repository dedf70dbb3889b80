/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle_compiler.h"
#include "spindle_dw_dsp.h"
#include "spindle_window.h"

#define SIDE 5
/* Words of packed weights of a channel, including the bias; see spindle.h. */
#define PACKED 14
/* Words of an input column of a block of four channels, widened to pairs:
 *
 *   word 0    rows 0 and 1 of channel 0
 *   word 1    rows 2 and 3 of channel 0
 *   word 2    row 4 of channels 0 and 2
 *   word 3    rows 0 and 1 of channel 2
 *   word 4    rows 2 and 3 of channel 2
 *   words 5 - 9    the same for channels 1 and 3 */
#define COLUMN 10

/* The rows under a window. A row outside of the image is replaced by some other row. */
typedef struct {
  const int8_t* row[SIDE];
  uint32_t missing; /* bit i: row i is outside of the image */
} window_rows;

static window_rows find_rows(const spindle_dw3x3_s8_dsp_params* p, const void* in, int32_t y) {
  window_rows found;
  found.missing = 0;
  for (int32_t i = 0; i < SIDE; ++i) {
    int32_t r = y * p->stride - p->pad_top + i;
    if (r < 0 || r >= p->in.rows) found.missing |= 1u << i;
    r = spindle_max(0, spindle_min(r, p->in.rows - 1));
    found.row[i] = (const int8_t*)spindle_row(in, p->in, r);
  }
  return found;
}

/* The weights of a block whose window misses rows, copied to `cut`: they are zero for these rows,
 * and the bias no longer holds anything for them. Returns `cut`. */
static const int32_t* cut_weights(const int32_t* packed, uint32_t missing, int32_t in_zero,
                                  int32_t* cut) {
  uint32_t lost[3]; /* masks of what is missing: rows 0 and 1, rows 2 and 3, row 4 */
  for (int32_t i = 0; i < 3; ++i) {
    const uint32_t rows = missing >> 2 * i;
    lost[i] = (rows & 1 ? 0xFFFFu : 0u) | (rows & 2 ? 0xFFFF0000u : 0u);
  }
  if (missing & 16) lost[2] = 0xFFFFFFFFu;
  for (int32_t c = 0; c < BLOCK; ++c, packed += PACKED, cut += PACKED) {
    uint32_t bias = (uint32_t)packed[PACKED - 1];
    for (int32_t i = 0; i < PACKED - 1; ++i) {
      const uint32_t gone = (uint32_t)packed[i] & lost[i < 2 * SIDE ? i % 2 : 2];
      cut[i] = (int32_t)((uint32_t)packed[i] - gone);
      bias = spindle_dot(gone, spindle_pair(in_zero, in_zero), bias);
    }
    cut[PACKED - 1] = (int32_t)bias;
  }
  return cut - BLOCK * PACKED;
}

/* Widens the columns at byte offsets first, first + step, ... last - step. */
static void take_columns(uint32_t* out, const window_rows* rows, int32_t first, int32_t last,
                         int32_t step) {
  for (int32_t at = first; at != last; at += step, out += COLUMN) {
    uint32_t even[SIDE], odd[SIDE];
    SPINDLE_UNROLL
    for (int32_t i = 0; i < SIDE; ++i) {
      const uint32_t word = spindle_load4(rows->row[i] + at);
      even[i] = spindle_even_bytes(word);
      odd[i] = spindle_odd_bytes(word);
    }
    out[0] = spindle_lows(even[0], even[1]);
    out[1] = spindle_lows(even[2], even[3]);
    out[2] = even[4];
    out[3] = spindle_highs(even[0], even[1]);
    out[4] = spindle_highs(even[2], even[3]);
    out[5] = spindle_lows(odd[0], odd[1]);
    out[6] = spindle_lows(odd[2], odd[3]);
    out[7] = odd[4];
    out[8] = spindle_highs(odd[0], odd[1]);
    out[9] = spindle_highs(odd[2], odd[3]);
  }
}

/* Adds one column to an output. The words are for two channels: `second` is 0 for the first of
 * them, 1 for the second. */
SPINDLE_INLINE uint32_t add_column(const uint32_t* column, const int32_t* w, int32_t k,
                                   int32_t second, uint32_t acc) {
  const uint32_t below = (uint32_t)w[2 * SIDE + k / 2];
  const int32_t single = second ? spindle_high(column[2]) : spindle_low(column[2]);
  acc = spindle_dot(column[3 * second], (uint32_t)w[2 * k], acc);
  acc = spindle_dot(column[3 * second + 1], (uint32_t)w[2 * k + 1], acc);
  return acc + (uint32_t)(single * (k % 2 ? spindle_high(below) : spindle_low(below)));
}

/* Computes one channel of n outputs, whose sums are BLOCK words apart: two outputs at a time,
 * because they share weights. `step` is the number of words from the window of an output to that of
 * the next one. */
SPINDLE_INLINE void sum_channel(const int32_t* w, const uint32_t* x, int32_t* sums, int32_t step,
                                int32_t n, int32_t second) {
  for (; n > 1; n -= 2, x += 2 * step, sums += 2 * BLOCK) {
    uint32_t acc0 = (uint32_t)w[PACKED - 1], acc1 = acc0;
    SPINDLE_UNROLL
    for (int32_t k = 0; k < SIDE; ++k) {
      acc0 = add_column(x + k * COLUMN, w, k, second, acc0);
      acc1 = add_column(x + k * COLUMN + step, w, k, second, acc1);
    }
    sums[0] = (int32_t)acc0;
    sums[BLOCK] = (int32_t)acc1;
  }
  if (n > 0) {
    uint32_t acc = (uint32_t)w[PACKED - 1];
    SPINDLE_UNROLL
    for (int32_t k = 0; k < SIDE; ++k) acc = add_column(x + k * COLUMN, w, k, second, acc);
    sums[0] = (int32_t)acc;
  }
}

/* Computes output columns x to x + n - 1, n <= TILE. */
static void tile(const spindle_dw3x3_s8_dsp_params* p, const window_rows* rows, int8_t* out,
                 uint32_t* scratch, int32_t x, int32_t n) {
  const int32_t left = x * p->stride - p->pad_left;
  const int32_t count = (n - 1) * p->stride + SIDE, step = p->stride * COLUMN;
  uint32_t* columns = scratch;
  int32_t* sums = (int32_t*)(scratch + COLUMN * count);
  const int32_t before = spindle_min(count, spindle_max(0, -left));
  const int32_t inside = spindle_max(0, spindle_min(count, p->in_width - left) - before);
  const int32_t at = (left + before) * p->channels;
  const int32_t* weights = p->weights;
  const int32_t* scale = p->multiplier;
  fill_pairs(columns, p->in_zero, COLUMN * before); /* the same for all channels */
  fill_pairs(columns + COLUMN * (before + inside), p->in_zero, COLUMN * (count - before - inside));
  for (int32_t c = 0; c < p->channels; c += BLOCK, weights += BLOCK * PACKED, scale += BLOCK) {
    const int32_t o = spindle_min(c, p->channels - BLOCK);
    int32_t cut[BLOCK * PACKED];
    const int32_t* w = weights;
    if (rows->missing) w = cut_weights(weights, rows->missing, p->in_zero, cut);
    take_columns(columns + COLUMN * before, rows, at + o, at + o + inside * p->channels,
                 p->channels);
    sum_channel(w, columns, sums, step, n, 0); /* channels 0, 2, 1, 3 */
    sum_channel(w + PACKED, columns, sums + 2, step, n, 1);
    sum_channel(w + 2 * PACKED, columns + COLUMN / 2, sums + 1, step, n, 0);
    sum_channel(w + 3 * PACKED, columns + COLUMN / 2, sums + 3, step, n, 1);
    store_block(p, sums, n, scale, out + o);
  }
}

void spindle_dw5x5_s8_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  const window_rows rows = find_rows(p, in, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t done = 0; done < n; done += TILE) {
    const int32_t count = spindle_min(TILE, n - done);
    tile(p, &rows, pixel + done * p->channels, (uint32_t*)scratch, x + done, count);
  }
  spindle_limit_s8(pixel, n * p->channels, p->lo, p->hi);
}
