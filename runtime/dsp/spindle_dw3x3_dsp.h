/* SPDX-License-Identifier: Apache-2.0 */
/* Depthwise 3 x 3 on pairs of int16, for Arm's DSP extension. The including file defines, before it
 * includes this, how its weights are packed:
 *
 *   PACKED
 *       Words of a channel, including the bias.
 *   LOAD_WEIGHTS(from)
 *       Assembly that loads the weights of a channel from the address in register `from`, and
 *       advances `from`. It fills
 *         r3, r4, r5   rows 0 and 1 of columns 0, 1 and 2: one pair per column
 *         r6           row 2 of columns 0 and 1: a pair
 *         r8           row 2 of column 2
 *         r9           the bias
 *
 * After the include it defines, in C, unpack_weights and cut_weights. */
#ifndef SPINDLE_DW3X3_DSP_H
#define SPINDLE_DW3X3_DSP_H

#include "spindle_dw_dsp.h"
#include "spindle_window.h"

/* The weights of a channel, as LOAD_WEIGHTS loads them: r3 to r5, r6, r8 and r9. */
typedef struct {
  uint32_t upper[3];
  uint32_t lower;
  int32_t corner, bias;
} channel_weights;
#if !SPINDLE_DSP_ASM
static inline channel_weights unpack_weights(const int32_t* packed);
#endif
/* For windows that reach over the upper or lower edge: copies the packed weights of a block to
 * `cut`, with zero weights for the missing rows, and removes from the bias what it holds for them.
 * Bit i of `missing` is set if row i is outside of the image. Returns `cut`. */
static const int32_t* cut_weights(const int32_t* packed, int32_t missing, int32_t in_zero,
                                  int32_t* cut);

/* The rows under a window. */
typedef struct {
  const int8_t* row[3];
  int32_t missing; /* bit i: row i is outside of the image; row[i] then is some other row */
} window_rows;

static inline window_rows find_rows(const spindle_dw3x3_s8_dsp_params* p, const void* in,
                                    int32_t y) {
  const int32_t top = y * p->stride - p->pad_top;
  window_rows found;
  found.missing = 0;
  for (int32_t i = 0; i < 3; ++i) {
    int32_t r = top + i;
    if (r < 0 || r >= p->in.rows) found.missing |= 1 << i;
    r = spindle_max(0, spindle_min(r, p->in.rows - 1));
    found.row[i] = (const int8_t*)spindle_row(in, p->in, r);
  }
  return found;
}

/* An input column of a block of four channels, widened to pairs, takes six words:
 *
 *   word 0    rows 0 and 1 of channel 0
 *   word 1    row 2 of channels 0 and 2
 *   word 2    rows 0 and 1 of channel 2
 *   word 3    rows 0 and 1 of channel 1
 *   word 4    row 2 of channels 1 and 3
 *   word 5    rows 0 and 1 of channel 3 */
#define COLUMN 6

#if SPINDLE_DSP_ASM

#pragma GCC diagnostic ignored "-Woverlength-strings"

/* clang-format off */

/* Widens the columns at byte offsets first, first + step, ... last - step of three rows; first <
 * last. */
static void take_columns(uint32_t* out, const window_rows* rows, int32_t first, int32_t last,
                         int32_t step) {
  register const int8_t* r0 __asm__("r0") = rows->row[0];
  register const int8_t* r1 __asm__("r1") = rows->row[1];
  register const int8_t* r2 __asm__("r2") = rows->row[2];
  register int32_t r3 __asm__("r3") = first;
  register uint32_t* r4 __asm__("r4") = out;
  register int32_t r5 __asm__("r5") = step;
  register int32_t r6 __asm__("r6") = last;
  __asm__ volatile(
      "1:\n\t"
      "@ LLVM-MCA-BEGIN column of 4 channels\n\t"
      "ldr    r11, [r0, r3]\n\t"
      "ldr    r12, [r1, r3]\n\t"
      "ldr    lr, [r2, r3]\n\t"
      "add    r3, r3, r5\n\t"
      "sxtb16 r9, r11\n\t"
      "sxtb16 r10, r12\n\t"
      "pkhbt  r8, r9, r10, lsl #16\n\t"
      "pkhtb  r10, r10, r9, asr #16\n\t"
      "sxtb16 r9, lr\n\t"
      "stm    r4!, {r8, r9, r10}\n\t"
      "sxtb16 r9, r11, ror #8\n\t"
      "sxtb16 r10, r12, ror #8\n\t"
      "pkhbt  r8, r9, r10, lsl #16\n\t"
      "pkhtb  r10, r10, r9, asr #16\n\t"
      "sxtb16 r9, lr, ror #8\n\t"
      "cmp    r3, r6\n\t"
      "stm    r4!, {r8, r9, r10}\n\t"
      "bne    1b\n\t"
      "@ LLVM-MCA-END\n\t"
      : "+r"(r3), "+r"(r4)
      : "r"(r0), "r"(r1), "r"(r2), "r"(r5), "r"(r6)
      : "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/* Registers while sums are computed:
 *
 *   r0          columns                     r3, r4, r5   weights of rows 0 and 1, by column
 *   r1          sums                        r6           weights of row 2, columns 0 and 1
 *   r2          end of the columns          r8           weight of row 2, column 2
 *   r10, r11    an input column             r9           bias
 *   r7, r12, lr the sums in progress
 *
 * `pair` is the one of r10 and r11 that holds rows 0 and 1. `single` is the other one; its half
 * `half` (b for the bottom, t for the top half) belongs to the channel. */
#define LOAD "ldrd r10, r11, [r0], #24\n\t"
#define BEGIN(sum, pair, single, half)        \
  "smlad " sum ", " pair ", r3, r9\n\t"       \
  "smla" half "b " sum ", " single ", r6, " sum "\n\t"
#define MIDDLE(sum, pair, single, half)       \
  "smlad " sum ", " pair ", r4, " sum "\n\t"  \
  "smla" half "t " sum ", " single ", r6, " sum "\n\t"
#define END(sum, pair, single, half, leave)   \
  "smlad " sum ", " pair ", r5, " sum "\n\t"  \
  "smla" half "b " sum ", " single ", r8, " sum "\n\t" \
  "cmp r0, r2\n\t"                            \
  "str " sum ", [r1], #16\n\t"                \
  "beq " leave "f\n\t"

/* All sums of a channel at stride 1: three outputs are in progress at a time. */
#define STRIDE1(first, again, leave, pair, single, half)                                        \
  LOAD BEGIN("r7", pair, single, half)                                                          \
  LOAD MIDDLE("r7", pair, single, half) BEGIN("r12", pair, single, half)                        \
  again ":\n\t"                                                                                 \
  LOAD END("r7", pair, single, half, leave) MIDDLE("r12", pair, single, half)                   \
  BEGIN("lr", pair, single, half)                                                               \
  LOAD END("r12", pair, single, half, leave) MIDDLE("lr", pair, single, half)                   \
  BEGIN("r7", pair, single, half)                                                               \
  LOAD END("lr", pair, single, half, leave) MIDDLE("r7", pair, single, half)                    \
  BEGIN("r12", pair, single, half)                                                              \
  "b " again "b\n"                                                                              \
  leave ":\n\t"
/* All sums of a channel at stride 2: an output begins in the column where the one before ends. */
#define STRIDE2(first, again, leave, pair, single, half)                                        \
  LOAD BEGIN("r7", pair, single, half)                                                          \
  again ":\n\t"                                                                                 \
  LOAD MIDDLE("r7", pair, single, half)                                                         \
  LOAD END("r7", pair, single, half, leave) BEGIN("r7", pair, single, half)                     \
  "b " again "b\n"                                                                              \
  leave ":\n\t"

/* Loads the weights of the next channel. */
#define WEIGHTS                     \
  "vmov   r0, s0\n\t"               \
  LOAD_WEIGHTS("r0")                \
  "vmov   s0, r0\n\t"

/* The sums of the four channels, [output column][channel], of the input columns from r0 to r2. s0
 * holds the weights, s1 the columns, s2 the sums, s3 the end of the columns, s4 what r7 was
 * before. Channels are computed in the order 0, 2, 1, 3. */
#define SUMS(stride)                                           \
  SPINDLE_KEEP_R7("s4")                                        \
  "vmov   s0, r0\n\t"                                          \
  "vmov   s1, s2, r1, r2\n\t"                                  \
  "vmov   s3, r3\n\t"                                          \
  WEIGHTS                                                      \
  "vmov   r0, r1, s1, s2\n\t"                                  \
  "vmov   r2, s3\n\t"                                          \
  stride("1", "2", "3", "r10", "r11", "b")                     \
  WEIGHTS                                                      \
  "vmov   r0, r1, s1, s2\n\t"                                  \
  "add    r0, r0, #4\n\t"                                      \
  "add    r1, r1, #8\n\t"                                      \
  "add    r2, r2, #4\n\t"                                      \
  stride("4", "5", "6", "r11", "r10", "t")                     \
  WEIGHTS                                                      \
  "vmov   r0, r1, s1, s2\n\t"                                  \
  "add    r0, r0, #12\n\t"                                     \
  "add    r1, r1, #4\n\t"                                      \
  "add    r2, r2, #8\n\t"                                      \
  stride("7", "8", "9", "r10", "r11", "b")                     \
  WEIGHTS                                                      \
  "vmov   r0, r1, s1, s2\n\t"                                  \
  "add    r0, r0, #16\n\t"                                     \
  "add    r1, r1, #12\n\t"                                     \
  "add    r2, r2, #4\n\t"                                      \
  stride("10", "11", "12", "r11", "r10", "t")                  \
  SPINDLE_RESTORE_R7("s4")

/* The same without loops, for exactly 7 or 8 outputs, the usual tiles. r0 (columns), r1 (sums) and
 * r2 (weights) do not move. `at` is the offset of the channel in a column, `to` its offset in the
 * sums. */
#define TAKE(k, at) "ldrd r10, r11, [r0, #24*" k "+" at "]\n\t"
#define FINISH(sum, k, to, pair, single, half)  \
  "smlad " sum ", " pair ", r5, " sum "\n\t"    \
  "smla" half "b " sum ", " single ", r8, " sum "\n\t" \
  "str " sum ", [r1, #16*" k "+" to "]\n\t"
/* Stride 1: output k ends in column k + 2. */
#define OUTPUT1(k, column, now, next, after, at, to, pair, single, half)            \
  TAKE(column, at) FINISH(now, k, to, pair, single, half)                           \
  MIDDLE(next, pair, single, half) BEGIN(after, pair, single, half)
#define SEVEN1(at, to, pair, single, half)                                          \
  TAKE("0", at) BEGIN("r7", pair, single, half)                                     \
  TAKE("1", at) MIDDLE("r7", pair, single, half) BEGIN("r12", pair, single, half)   \
  OUTPUT1("0", "2", "r7", "r12", "lr", at, to, pair, single, half)                  \
  OUTPUT1("1", "3", "r12", "lr", "r7", at, to, pair, single, half)                  \
  OUTPUT1("2", "4", "lr", "r7", "r12", at, to, pair, single, half)                  \
  OUTPUT1("3", "5", "r7", "r12", "lr", at, to, pair, single, half)                  \
  OUTPUT1("4", "6", "r12", "lr", "r7", at, to, pair, single, half)                  \
  TAKE("7", at) FINISH("lr", "5", to, pair, single, half)                           \
  MIDDLE("r7", pair, single, half)
#define STRIDE1_7(at, to, pair, single, half)                                       \
  SEVEN1(at, to, pair, single, half)                                                \
  TAKE("8", at) FINISH("r7", "6", to, pair, single, half)
#define STRIDE1_8(at, to, pair, single, half)                                       \
  SEVEN1(at, to, pair, single, half) BEGIN("r12", pair, single, half)               \
  TAKE("8", at) FINISH("r7", "6", to, pair, single, half)                           \
  MIDDLE("r12", pair, single, half)                                                 \
  TAKE("9", at) FINISH("r12", "7", to, pair, single, half)

/* Stride 2: output k begins in column 2 k. */
#define OUTPUT2(k, middle, end, at, to, pair, single, half)                         \
  TAKE(middle, at) MIDDLE("r7", pair, single, half)                                 \
  TAKE(end, at) FINISH("r7", k, to, pair, single, half)
#define SEVEN2(at, to, pair, single, half)                                          \
  TAKE("0", at) BEGIN("r7", pair, single, half)                                     \
  OUTPUT2("0", "1", "2", at, to, pair, single, half) BEGIN("r7", pair, single, half)   \
  OUTPUT2("1", "3", "4", at, to, pair, single, half) BEGIN("r7", pair, single, half)   \
  OUTPUT2("2", "5", "6", at, to, pair, single, half) BEGIN("r7", pair, single, half)   \
  OUTPUT2("3", "7", "8", at, to, pair, single, half) BEGIN("r7", pair, single, half)   \
  OUTPUT2("4", "9", "10", at, to, pair, single, half) BEGIN("r7", pair, single, half)  \
  OUTPUT2("5", "11", "12", at, to, pair, single, half) BEGIN("r7", pair, single, half) \
  OUTPUT2("6", "13", "14", at, to, pair, single, half)
#define STRIDE2_7 SEVEN2
#define STRIDE2_8(at, to, pair, single, half)                                       \
  SEVEN2(at, to, pair, single, half) BEGIN("r7", pair, single, half)                \
  OUTPUT2("7", "15", "16", at, to, pair, single, half)

#define TILE_SUMS(outputs)                              \
  SPINDLE_KEEP_R7("s4")                                 \
  LOAD_WEIGHTS("r2") outputs("0", "0", "r10", "r11", "b")     \
  LOAD_WEIGHTS("r2") outputs("4", "8", "r11", "r10", "t")     \
  LOAD_WEIGHTS("r2") outputs("12", "4", "r10", "r11", "b")    \
  LOAD_WEIGHTS("r2") outputs("16", "12", "r11", "r10", "t")   \
  SPINDLE_RESTORE_R7("s4")

#define RUN(text)                                                                             \
  __asm__ volatile(text                                                                       \
                   : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                                   \
                   :                                                                          \
                   : "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "s0", "s1", "s2", \
                     "s3", "s4", "cc", "memory")

static void sum_columns(const int32_t* weights, const uint32_t* columns, const uint32_t* end,
                        int32_t* sums, int32_t stride) {
  register const int32_t* r0 __asm__("r0") = weights;
  register const uint32_t* r1 __asm__("r1") = columns;
  register int32_t* r2 __asm__("r2") = sums;
  register const uint32_t* r3 __asm__("r3") = end;
  if (stride == 1) {
    RUN(SUMS(STRIDE1));
  } else {
    RUN(SUMS(STRIDE2));
  }
}

/* Like sum_columns, for 7 or 8 outputs. */
static void sum_tile(const int32_t* weights, const uint32_t* columns, int32_t* sums,
                     int32_t stride, int32_t n) {
  register const uint32_t* r0 __asm__("r0") = columns;
  register int32_t* r1 __asm__("r1") = sums;
  register const int32_t* r2 __asm__("r2") = weights;
  register int32_t r3 __asm__("r3") = 0;
  if (stride == 1) {
    if (n == 8) {
      RUN(TILE_SUMS(STRIDE1_8));
    } else {
      RUN(TILE_SUMS(STRIDE1_7));
    }
  } else if (n == 8) {
    RUN(TILE_SUMS(STRIDE2_8));
  } else {
    RUN(TILE_SUMS(STRIDE2_7));
  }
}

/* clang-format on */

#else

static void take_columns(uint32_t* out, const window_rows* rows, int32_t first, int32_t last,
                         int32_t step) {
  for (int32_t at = first; at != last; at += step, out += COLUMN) {
    uint32_t word[3];
    for (int32_t i = 0; i < 3; ++i) word[i] = spindle_load4(rows->row[i] + at);
    out[0] = spindle_lows(spindle_even_bytes(word[0]), spindle_even_bytes(word[1]));
    out[1] = spindle_even_bytes(word[2]);
    out[2] = spindle_highs(spindle_even_bytes(word[0]), spindle_even_bytes(word[1]));
    out[3] = spindle_lows(spindle_odd_bytes(word[0]), spindle_odd_bytes(word[1]));
    out[4] = spindle_odd_bytes(word[2]);
    out[5] = spindle_highs(spindle_odd_bytes(word[0]), spindle_odd_bytes(word[1]));
  }
}

static void sum_columns(const int32_t* weights, const uint32_t* columns, const uint32_t* end,
                        int32_t* sums, int32_t stride) {
  for (int32_t c = 0; c < BLOCK; ++c, weights += PACKED) { /* channels 0, 2, 1, 3 */
    const int32_t channel = c / 2 + c % 2 * 2;
    const channel_weights w = unpack_weights(weights);
    const int32_t lower[3] = {spindle_low(w.lower), spindle_high(w.lower), w.corner};
    int32_t* sum = sums + channel;
    for (const uint32_t* x = columns; x + 2 * COLUMN < end; x += stride * COLUMN, sum += BLOCK) {
      uint32_t acc = (uint32_t)w.bias;
      for (int32_t k = 0; k < 3; ++k) {
        const uint32_t* column = x + k * COLUMN + channel % 2 * 3;
        const int32_t single = c % 2 ? spindle_high(column[1]) : spindle_low(column[1]);
        acc = spindle_dot(column[c % 2 * 2], w.upper[k], acc) + (uint32_t)(single * lower[k]);
      }
      *sum = (int32_t)acc;
    }
  }
}

static void sum_tile(const int32_t* weights, const uint32_t* columns, int32_t* sums, int32_t stride,
                     int32_t n) {
  sum_columns(weights, columns, columns + ((n - 1) * stride + 3) * COLUMN, sums, stride);
}

#endif

/* Computes output columns x to x + n - 1, n <= TILE. */
static void tile(const spindle_dw3x3_s8_dsp_params* p, const window_rows* rows, int8_t* out,
                 uint32_t* scratch, int32_t x, int32_t n) {
  const int32_t left = x * p->stride - p->pad_left;
  const int32_t count = (n - 1) * p->stride + 3;
  uint32_t* columns = scratch;
  int32_t* sums = (int32_t*)(scratch + COLUMN * count);
  const int32_t before = spindle_max(0, -left);
  const int32_t after = spindle_max(0, left + count - p->in_width);
  uint32_t* const first = columns + COLUMN * before;
  uint32_t* const end = columns + COLUMN * (count - after);
  int32_t at = (left + before) * p->channels;
  const int32_t length = (count - before - after) * p->channels;
  const int32_t* weights = p->weights;
  const int32_t* scale = p->multiplier;
  fill_pairs(columns, p->in_zero, COLUMN * before); /* the same for all channels */
  fill_pairs(end, p->in_zero, COLUMN * after);
  for (int32_t o = 0; o < p->channels; o += BLOCK, weights += BLOCK * PACKED, scale += BLOCK) {
    int32_t cut[BLOCK * PACKED];
    const int32_t* packed = weights;
    if (o + BLOCK > p->channels) o = p->channels - BLOCK;
    if (rows->missing) packed = cut_weights(weights, rows->missing, p->in_zero, cut);
    take_columns(first, rows, at + o, at + o + length, p->channels);
    if (n >= 7) {
      sum_tile(packed, columns, sums, p->stride, n);
    } else {
      sum_columns(packed, columns, columns + COLUMN * count, sums, p->stride);
    }
    store_block(p, sums, n, scale, out + o);
  }
}

/* The kernel. */
static inline void spindle_dw3x3_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in,
                                     void* out, void* scratch, int32_t y, int32_t x, int32_t n) {
  const window_rows rows = find_rows(p, in, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t done = 0; done < n; done += TILE) {
    const int32_t count = spindle_min(TILE, n - done);
    tile(p, &rows, pixel + done * p->channels, (uint32_t*)scratch, x + done, count);
  }
  spindle_limit_s8(pixel, n * p->channels, p->lo, p->hi);
}

#endif /* SPINDLE_DW3X3_DSP_H */
