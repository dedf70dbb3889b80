/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#include "spindle_compiler.h"
#include "spindle_window.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

/* Channels that are computed together, and the floats of their weights: [row][column][channel]. */
#define BLOCK 4
#define WEIGHTS (9 * BLOCK)
/* Outputs that are computed together. */
#define TILE 4

/* What the assembly reads, in this order. Each row pointer points to the block's first channel in
 * the first column of the tile. */
typedef struct {
  const float* row[3];
  /* Bytes from column to column. 0 if the row is outside of the image: every column then reads the
   * same zeros. */
  int32_t step[3];
  float* out;
  int32_t out_step; /* bytes */
  const float *bias, *weights;
  uint32_t outside; /* bit 0: the first column is outside of the image; bit 1: the last one is */
  float lo, hi;
} tile;
SPINDLE_AT(tile, row, 0);
SPINDLE_AT(tile, step, 12);
SPINDLE_AT(tile, out, 24);
SPINDLE_AT(tile, out_step, 28);
SPINDLE_AT(tile, bias, 32);
SPINDLE_AT(tile, weights, 36);
SPINDLE_AT(tile, outside, 40);
SPINDLE_AT(tile, lo, 44);
SPINDLE_AT(tile, hi, 48);

/* clang-format off */

/* Registers:
 *
 *   q0 - q3   sums of four outputs          r1 - r3    rows
 *   q4 - q6   a row of weights              r4 - r6    their steps
 *   q7        an input                      r8, r9     output, its step
 *                                           r10, r11   bias, weights
 *                                           r12        `outside` */
#define ADVANCE                     \
  "add r1, r1, r4\n\t"              \
  "add r2, r2, r5\n\t"              \
  "add r3, r3, r6\n\t"
#define FMA(sum, w) "vfma.f32 " sum ", q7, " w "\n\t"
/* One tap of a row, in the first or the last column of the tile. */
#define TAP(sum, row, weight)                 \
  "vldrw.32 q4, [r11, #" weight "]\n\t"       \
  "vldrw.32 q7, [" row "]\n\t"                \
  FMA(sum, "q4")
#define BEGIN                                 \
  "ldmia r0!, {r1-r6, r8-r12}\n\t"            \
  "vldrw.32 q0, [r10]\n\t"
#define FIRST                                 \
  "tst r12, #1\n\t"                           \
  "bne 1f\n\t"                                \
  TAP("q0", "r1", "0") TAP("q0", "r2", "48") TAP("q0", "r3", "96")  \
  "1:\n\t"                                    \
  ADVANCE
#define LAST(sum)                             \
  "tst r12, #2\n\t"                           \
  "bne 2f\n\t"                                \
  TAP(sum, "r1", "32") TAP(sum, "r2", "80") TAP(sum, "r3", "128")   \
  "2:\n\t"                                    \
  "ldrd r4, r5, [r0]\n\t"                     \
  "vdup.32 q4, r4\n\t"                        \
  "vdup.32 q5, r5\n\t"
/* A column of a row, between the first and the last column of the tile. */
#define COLUMN(row, step, sums)               \
  "vldrw.32 q7, [" row "]\n\t"                \
  "add " row ", " row ", " step "\n\t"        \
  sums
#define ROW(columns, row, step, w0, w1, w2)   \
  "vldrw.32 q4, [r11, #" w0 "]\n\t"           \
  "vldrw.32 q5, [r11, #" w1 "]\n\t"           \
  "vldrw.32 q6, [r11, #" w2 "]\n\t"           \
  columns(row, step)
#define ROWS(columns)                         \
  ROW(columns, "r1", "r4", "0", "16", "32")   \
  ROW(columns, "r2", "r5", "48", "64", "80")  \
  ROW(columns, "r3", "r6", "96", "112", "128")
#define STRIDE_1(row, step)                                                     \
  COLUMN(row, step, FMA("q0", "q5") FMA("q1", "q4"))                            \
  COLUMN(row, step, FMA("q0", "q6") FMA("q1", "q5") FMA("q2", "q4"))            \
  COLUMN(row, step, FMA("q1", "q6") FMA("q2", "q5") FMA("q3", "q4"))            \
  COLUMN(row, step, FMA("q2", "q6") FMA("q3", "q5"))
#define STRIDE_2(row, step)                                                     \
  COLUMN(row, step, FMA("q0", "q5"))                                            \
  COLUMN(row, step, FMA("q0", "q6") FMA("q1", "q4"))                            \
  COLUMN(row, step, FMA("q1", "q5"))                                            \
  COLUMN(row, step, FMA("q1", "q6") FMA("q2", "q4"))                            \
  COLUMN(row, step, FMA("q2", "q5"))                                            \
  COLUMN(row, step, FMA("q2", "q6") FMA("q3", "q4"))                            \
  COLUMN(row, step, FMA("q3", "q5"))
#define STORE(sum)                            \
  "vmaxnm.f32 " sum ", " sum ", q4\n\t"       \
  "vminnm.f32 " sum ", " sum ", q5\n\t"       \
  "vstrw.32 " sum ", [r8]\n\t"                \
  "add r8, r8, r9\n\t"
#define FOUR(columns)                         \
  BEGIN                                       \
  "vmov q1, q0\n\t"                           \
  "vmov q2, q0\n\t"                           \
  "vmov q3, q0\n\t"                           \
  FIRST ROWS(columns) LAST("q3")              \
  STORE("q0") STORE("q1") STORE("q2") STORE("q3")
/* One output. */
#define MIDDLE                                \
  TAP("q0", "r1", "16") TAP("q0", "r2", "64") TAP("q0", "r3", "112")
#define ONE                                   \
  BEGIN FIRST MIDDLE ADVANCE LAST("q0") STORE("q0")

#define RUN(text)                                                                                 \
  __asm__ volatile(text                                                                           \
                   : "+r"(r0)                                                                     \
                   :                                                                              \
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "q0",   \
                     "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory")

/* clang-format on */

static void run(const tile* t, int32_t count, int32_t stride) {
  register const tile* r0 __asm__("r0") = t;
  if (count == 1) {
    RUN(ONE);
  } else if (stride == 1) {
    RUN(FOUR(STRIDE_1));
  } else {
    RUN(FOUR(STRIDE_2));
  }
}

/* The rows under a window; NULL if outside of the image. */
typedef struct {
  const float* row[3];
} window_rows;

/* Computes all channels of `count` outputs from column x on; `count` is TILE or 1. */
static void strip(const spindle_conv_f32_params* p, const window_rows* rows, float* out, int32_t x,
                  int32_t count) {
  static const float kZero[BLOCK] = {0, 0, 0, 0};
  const int32_t channels = p->out_channels, left = x * p->stride_w - p->pad_left;
  const int32_t right = left + (count - 1) * p->stride_w + 2;
  int32_t move[3]; /* 1 if the row is read, 0 if it is all zeros */
  tile t;
  for (int32_t k = 0; k < 3; ++k) {
    const float* row = rows->row[k];
    t.row[k] = row ? row + left * channels : kZero;
    t.step[k] = row ? channels * 4 : 0;
    move[k] = row ? 1 : 0;
  }
  t.out = out;
  t.out_step = channels * 4;
  t.bias = p->bias;
  t.weights = p->weights;
  t.outside = (left < 0 ? 1u : 0u) | (right >= p->in_width ? 2u : 0u);
  t.lo = p->lo;
  t.hi = p->hi;
  for (int32_t c = 0; c < channels; c += BLOCK) {
    /* The last block ends at the last channel. */
    const int32_t step = spindle_min(BLOCK, channels - BLOCK - c);
    run(&t, count, p->stride_w);
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) t.row[k] += move[k] * step;
    t.out += step;
    t.bias += step;
    t.weights += WEIGHTS;
  }
}

void spindle_dw3x3_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n) {
  window_rows rows;
  float* pixel = (float*)out;
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t r = y * p->stride_h - p->pad_top + k;
    rows.row[k] = (const float*)spindle_row_inside(in, p->in, r);
  }
  const int32_t together = n < TILE ? 1 : TILE;
  for (int32_t done = 0; done < n; done += together) {
    /* The last tile moves left if it is not full, and computes some outputs again. */
    const int32_t first = spindle_min(done, n - together);
    strip(p, &rows, pixel + first * p->out_channels, x + first, together);
  }
}
#else
typedef int spindle_no_mve;
#endif
