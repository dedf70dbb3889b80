/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_vfp.h"
#include "spindle_window.h"

#if SPINDLE_VFP
#pragma GCC diagnostic ignored "-Woverlength-strings"

/* Channels that are computed together: an even register and the next one, which one instruction
 * loads. */
#define BLOCK 2
#define WEIGHTS (9 * BLOCK)

/* What the assembly reads, in this order. Each row pointer points to the block's first channel in
 * the first column that is inside of the image. */
typedef struct {
  const float* row[3];
  /* Bytes from column to column. 0 if the row is outside of the image: every column then reads the
   * same zeros. */
  int32_t step[3];
  float* out;
  int32_t out_step; /* bytes */
  float* last;      /* where the last output goes */
  const float* bias;
  uint32_t outside; /* bit 0: the first column is outside of the image; bit 1: the last one is */
  const float* weights;
  float lo, hi;
  uint32_t limit; /* spindle_vfp_limit(hi) */
} strip;
SPINDLE_AT(strip, row, 0);
SPINDLE_AT(strip, step, 12);
SPINDLE_AT(strip, out, 24);
SPINDLE_AT(strip, out_step, 28);
SPINDLE_AT(strip, last, 32);
SPINDLE_AT(strip, bias, 36);
SPINDLE_AT(strip, outside, 40);
SPINDLE_AT(strip, weights, 44);
SPINDLE_AT(strip, lo, 48);
SPINDLE_AT(strip, hi, 52);
SPINDLE_AT(strip, limit, 56);

/* clang-format off */

/* Registers:
 *
 *   s0 - s17    weights [column][row][channel]        r1 - r3    rows
 *   s18 - s23   sums of three outputs in progress     r4 - r6    their steps
 *   s24 - s29   an input column [row][channel]        r8, r9     output, its step
 *                                                     r10        the last output
 *                                                     r11        bias or limit
 *                                                     r12        `outside` */
#define TAKE            \
  "vldr d12, [r1]\n\t"  \
  "vldr d13, [r2]\n\t"  \
  "vldr d14, [r3]\n\t"  \
  "add  r1, r1, r4\n\t" \
  "add  r2, r2, r5\n\t" \
  "add  r3, r3, r6\n\t"
#define FMA(sum, x, w) "vfma.f32 s" sum ", s" x ", s" w "\n\t"
/* The registers of the three outputs in progress, A, B and C: two channels each. */
#define A_0 "18"
#define A_1 "19"
#define A_PAIR "d9"
#define B_0 "20"
#define B_1 "21"
#define B_PAIR "d10"
#define C_0 "22"
#define C_1 "23"
#define C_PAIR "d11"
/* Adds one row of an input column to an output. The column is the first, middle or last one of the
 * output's window. */
#define ROW(to, x0, x1, w0, w1) FMA(to##_0, x0, w0) FMA(to##_1, x1, w1)
#define FIRST_0(to) ROW(to, "24", "25", "0", "1")
#define FIRST_1(to) ROW(to, "26", "27", "2", "3")
#define FIRST_2(to) ROW(to, "28", "29", "4", "5")
#define MIDDLE_0(to) ROW(to, "24", "25", "6", "7")
#define MIDDLE_1(to) ROW(to, "26", "27", "8", "9")
#define MIDDLE_2(to) ROW(to, "28", "29", "10", "11")
#define LAST_0(to) ROW(to, "24", "25", "12", "13")
#define LAST_1(to) ROW(to, "26", "27", "14", "15")
#define LAST_2(to) ROW(to, "28", "29", "16", "17")
#define FIRST(to) FIRST_0(to) FIRST_1(to) FIRST_2(to)
#define MIDDLE(to) MIDDLE_0(to) MIDDLE_1(to) MIDDLE_2(to)
#define LAST(to) LAST_0(to) LAST_1(to) LAST_2(to)

#if SPINDLE_VFP_MAXNM
/* s30 and s31 are lo and hi. */
#define PREPARE               \
  "ldr    r11, [r0, #36]\n\t" \
  "vldr   d15, [r0, #48]\n\t"
#define BIAS(to) "vldr " to##_PAIR ", [r11]\n\t"
#define STORE(to)                                \
  "vmaxnm.f32 s" to##_0 ", s" to##_0 ", s30\n\t" \
  "vmaxnm.f32 s" to##_1 ", s" to##_1 ", s30\n\t" \
  "vminnm.f32 s" to##_0 ", s" to##_0 ", s31\n\t" \
  "vminnm.f32 s" to##_1 ", s" to##_1 ", s31\n\t" \
  "vstr " to##_PAIR ", [r8]\n\t"                 \
  "add  r8, r8, r9\n\t"
#else
/* s30 and s31 are the biases. */
#define PREPARE               \
  "ldr    r11, [r0, #36]\n\t" \
  "vldr   d15, [r11]\n\t"     \
  "ldr    r11, [r0, #56]\n\t"
#define BIAS(to)                  \
  "vmov.f32 s" to##_0 ", s30\n\t" \
  "vmov.f32 s" to##_1 ", s31\n\t"
#define STORE(to)                                 \
  "vmov r0, lr, s" to##_0 ", s" to##_1 "\n\t"     \
  SPINDLE_VFP_LIMIT("r0") SPINDLE_VFP_LIMIT("lr") \
  "strd r0, lr, [r8]\n\t"                         \
  "add  r8, r8, r9\n\t"
#endif

#define BEGIN                      \
  "ldmia  r0, {r1-r6, r8-r10}\n\t" \
  "ldr    r12, [r0, #44]\n\t"      \
  "vldmia r12, {s0-s17}\n\t"       \
  "ldr    r12, [r0, #40]\n\t"      \
  PREPARE                          \
  BIAS(A)                          \
  "tst    r12, #1\n\t"             \
  "bne    1f\n\t"                  \
  TAKE                             \
  FIRST(A)                         \
  "1:\n\t"

/* Stride 1. A column ends one output, is in the middle of the next, and begins a third. */
#define COLUMN(end, middle, first)            \
  TAKE                                        \
  BIAS(first)                                 \
  LAST_0(end) MIDDLE_0(middle) FIRST_0(first) \
  LAST_1(end) MIDDLE_1(middle) FIRST_1(first) \
  LAST_2(end) MIDDLE_2(middle) FIRST_2(first) \
  STORE(end)                                  \
  "cmp r8, r10\n\t"
#define ENDING(end) \
  "tst r12, #2\n\t" \
  "bne 6f\n\t"      \
  TAKE              \
  LAST(end)         \
  "6:\n\t"          \
  STORE(end)
#define STRIDE_1                                       \
  BEGIN                                                \
  TAKE                                                 \
  BIAS(B)                                              \
  MIDDLE(A) FIRST(B)                                   \
  "cmp r8, r10\n\t"                                    \
  "beq 3f\n"                                           \
  "2:\n\t"                                             \
  "@ LLVM-MCA-BEGIN three columns of two channels\n\t" \
  COLUMN(A, B, C)                                      \
  "beq 4f\n\t"                                         \
  COLUMN(B, C, A)                                      \
  "beq 5f\n\t"                                         \
  COLUMN(C, A, B)                                      \
  "bne 2b\n\t"                                         \
  "@ LLVM-MCA-END\n"                                   \
  "3:\n\t"                                             \
  ENDING(A)                                            \
  "b 7f\n"                                             \
  "4:\n\t"                                             \
  ENDING(B)                                            \
  "b 7f\n"                                             \
  "5:\n\t"                                             \
  ENDING(C)                                            \
  "7:\n\t"

/* Stride 2. The column that ends an output begins the next. */
#define COLUMNS(end, first)  \
  TAKE                       \
  MIDDLE(end)                \
  TAKE                       \
  BIAS(first)                \
  LAST_0(end) FIRST_0(first) \
  LAST_1(end) FIRST_1(first) \
  LAST_2(end) FIRST_2(first) \
  STORE(end)                 \
  "cmp r8, r10\n\t"
#define STRIDE_2    \
  BEGIN             \
  "cmp r8, r10\n\t" \
  "beq 3f\n"        \
  "2:\n\t"          \
  COLUMNS(A, B)     \
  "beq 4f\n\t"      \
  COLUMNS(B, A)     \
  "bne 2b\n"        \
  "3:\n\t"          \
  TAKE              \
  MIDDLE(A)         \
  ENDING(A)         \
  "b 7f\n"          \
  "4:\n\t"          \
  TAKE              \
  MIDDLE(B)         \
  ENDING(B)         \
  "7:\n\t"

#define RUN(text)                                                                                 \
  __asm__ volatile(text                                                                           \
                   : "+r"(r0)                                                                     \
                   :                                                                              \
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",   \
                     "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",    \
                     "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", \
                     "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31", "cc",         \
                     "memory")

/* clang-format on */

static void run(const strip* s, int32_t stride) {
  register const strip* r0 __asm__("r0") = s;
  if (stride == 1) {
    RUN(STRIDE_1);
  } else {
    RUN(STRIDE_2);
  }
}

void spindle_dw3x3_f32_vfp(const spindle_conv_f32_params* p, const void* in, void* out, int32_t y,
                           int32_t x, int32_t n) {
  static const float kZero[BLOCK] = {0, 0};
  const int32_t channels = p->out_channels, stride = p->stride_w;
  const int32_t left = x * stride - p->pad_left, right = left + (n - 1) * stride + 2;
  strip s;
  int32_t move[3]; /* 1 if the row is read, 0 if it is all zeros */
  for (int32_t k = 0; k < 3; ++k) {
    const int32_t r = y * p->stride_h - p->pad_top + k;
    const int32_t inside = r >= 0 && r < p->in.rows;
    const float* row = inside ? (const float*)spindle_row(in, p->in, r) : kZero;
    s.row[k] = inside ? row + spindle_max(left, 0) * channels : row;
    s.step[k] = inside ? channels * 4 : 0;
    move[k] = inside;
  }
  s.out = (float*)out;
  s.out_step = channels * 4;
  s.last = s.out + (n - 1) * channels;
  s.bias = p->bias;
  s.outside = (left < 0 ? 1u : 0u) | (right >= p->in_width ? 2u : 0u);
  s.weights = p->weights;
  s.lo = p->lo;
  s.hi = p->hi;
  s.limit = spindle_vfp_limit(p->hi);
  for (int32_t c = 0; c < channels; c += BLOCK) {
    /* The last block ends at the last channel. */
    const int32_t step = c + BLOCK <= channels - BLOCK ? BLOCK : channels - BLOCK - c;
    run(&s, stride);
    SPINDLE_UNROLL
    for (int32_t k = 0; k < 3; ++k) s.row[k] += move[k] * step;
    s.out += step;
    s.last += step;
    s.bias += step;
    s.weights += WEIGHTS;
  }
}
#else
typedef int spindle_no_vfp;
#endif
