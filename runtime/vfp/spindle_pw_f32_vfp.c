/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_float.h"
#include "spindle_vfp.h"

#if SPINDLE_VFP
#pragma GCC diagnostic ignored "-Woverlength-strings"

#define PANEL SPINDLE_PW_F32_PANEL

/* What the assembly reads, in this order. */
typedef struct {
  const float *x0, *x1; /* the inputs of two pixels */
  const float *weights, *bias;
  int32_t eights, depth; /* depth / 8, and depth */
  float *y0, *y1;
  int32_t limited; /* 1 if results must be limited to [lo, hi] */
  float lo, hi;
  uint32_t limit; /* spindle_vfp_limit(hi) */
} tile;
SPINDLE_AT(tile, x0, 0);
SPINDLE_AT(tile, x1, 4);
SPINDLE_AT(tile, weights, 8);
SPINDLE_AT(tile, bias, 12);
SPINDLE_AT(tile, eights, 16);
SPINDLE_AT(tile, depth, 20);
SPINDLE_AT(tile, y0, 24);
SPINDLE_AT(tile, y1, 28);
SPINDLE_AT(tile, limited, 32);
SPINDLE_AT(tile, lo, 36);
SPINDLE_AT(tile, hi, 40);
SPINDLE_AT(tile, limit, 44);

/* clang-format off */

/* Registers:
 *
 *   s0 - s7      sums of the first pixel      s24 - s27    four inputs of the first pixel
 *   s8 - s15     sums of the second pixel     s28 - s31    four inputs of the second pixel
 *   s16 - s23    weights */
#define FMA(sum, x, w) "vfma.f32 s" sum ", s" x ", s" w "\n\t"
#define ONE(x)                                                      \
  FMA("0", x, "16") FMA("1", x, "17") FMA("2", x, "18") FMA("3", x, "19") \
  FMA("4", x, "20") FMA("5", x, "21") FMA("6", x, "22") FMA("7", x, "23")
#define TWO(x0, x1)                                                 \
  ONE(x0)                                                           \
  FMA("8", x1, "16") FMA("9", x1, "17") FMA("10", x1, "18") FMA("11", x1, "19") \
  FMA("12", x1, "20") FMA("13", x1, "21") FMA("14", x1, "22") FMA("15", x1, "23")
#define WEIGHTS "vldmia r3!, {s16-s23}\n\t"
/* FOUR adds four inputs and ONE adds one, of both pixels (OF_TWO) or of the first one (OF_ONE). */
#define FOUR_OF_TWO                 \
  "vldmia r1!, {s24-s27}\n\t"       \
  "vldmia r2!, {s28-s31}\n\t"       \
  WEIGHTS TWO("24", "28")           \
  WEIGHTS TWO("25", "29")           \
  WEIGHTS TWO("26", "30")           \
  WEIGHTS TWO("27", "31")
#define ONE_OF_TWO                  \
  "vldmia r1!, {s24}\n\t"           \
  "vldmia r2!, {s28}\n\t"           \
  WEIGHTS TWO("24", "28")
#define FOUR_OF_ONE                 \
  "vldmia r1!, {s24-s27}\n\t"       \
  WEIGHTS ONE("24")                 \
  WEIGHTS ONE("25")                 \
  WEIGHTS ONE("26")                 \
  WEIGHTS ONE("27")
#define ONE_OF_ONE                  \
  "vldmia r1!, {s24}\n\t"           \
  WEIGHTS ONE("24")

/* Adds all inputs. */
#define SUMS(four, one, name)             \
  "cmp  r5, #0\n\t"                 \
  "beq  2f\n"                       \
  "1:\n\t"                          \
  "@ LLVM-MCA-BEGIN " name "\n\t"  \
  four four                         \
  "subs r5, r5, #1\n\t"             \
  "bne  1b\n\t"                     \
  "@ LLVM-MCA-END\n"                \
  "2:\n\t"                          \
  "tst  r6, #4\n\t"                 \
  "beq  3f\n\t"                     \
  four                              \
  "3:\n\t"                          \
  "ands r6, r6, #3\n\t"             \
  "beq  5f\n"                       \
  "4:\n\t"                          \
  one                               \
  "subs r6, r6, #1\n\t"             \
  "bne  4b\n"                       \
  "5:\n\t"

#if SPINDLE_VFP_MAXNM
#define LIMIT(s)                                 \
  "vmaxnm.f32 s" s ", s" s ", s16\n\t"           \
  "vminnm.f32 s" s ", s" s ", s17\n\t"
#define LIMIT_0 LIMIT("0") LIMIT("1") LIMIT("2") LIMIT("3") LIMIT("4") LIMIT("5") LIMIT("6") LIMIT("7")
#define LIMIT_8 LIMIT("8") LIMIT("9") LIMIT("10") LIMIT("11") LIMIT("12") LIMIT("13") LIMIT("14") \
  LIMIT("15")
#define FINISH_ONE                  \
  "cmp    r10, #0\n\t"              \
  "beq    6f\n\t"                   \
  "vldmia r0, {s16, s17}\n\t"       \
  LIMIT_0                           \
  "6:\n\t"                          \
  "vstmia r8, {s0-s7}\n\t"
#define FINISH_TWO                  \
  "cmp    r10, #0\n\t"              \
  "beq    6f\n\t"                   \
  "vldmia r0, {s16, s17}\n\t"       \
  LIMIT_0 LIMIT_8                   \
  "6:\n\t"                          \
  "vstmia r8, {s0-s7}\n\t"          \
  "vstmia r9, {s8-s15}\n\t"
#else
/* Limits eight sums to [0, hi] in core registers. */
#define LIMIT_8(a, b, c, d, to)                                                             \
  "vmov r1, r2, " a "\n\t"                                                                  \
  "vmov r3, r4, " b "\n\t"                                                                  \
  "vmov r5, r6, " c "\n\t"                                                                  \
  "vmov r12, lr, " d "\n\t"                                                                 \
  SPINDLE_VFP_LIMIT("r1") SPINDLE_VFP_LIMIT("r2") SPINDLE_VFP_LIMIT("r3")                   \
  SPINDLE_VFP_LIMIT("r4") SPINDLE_VFP_LIMIT("r5") SPINDLE_VFP_LIMIT("r6")                   \
  SPINDLE_VFP_LIMIT("r12") SPINDLE_VFP_LIMIT("lr")                                          \
  "stm  " to ", {r1-r6, r12, lr}\n\t"
#define FINISH_ONE                  \
  "cmp    r10, #0\n\t"              \
  "bne    6f\n\t"                   \
  "vstmia r8, {s0-s7}\n\t"          \
  "b      7f\n"                     \
  "6:\n\t"                          \
  "ldr    r11, [r0, #8]\n\t"        \
  LIMIT_8("s0, s1", "s2, s3", "s4, s5", "s6, s7", "r8") \
  "7:\n\t"
#define FINISH_TWO                  \
  "cmp    r10, #0\n\t"              \
  "bne    6f\n\t"                   \
  "vstmia r8, {s0-s7}\n\t"          \
  "vstmia r9, {s8-s15}\n\t"         \
  "b      7f\n"                     \
  "6:\n\t"                          \
  "ldr    r11, [r0, #8]\n\t"        \
  LIMIT_8("s0, s1", "s2, s3", "s4, s5", "s6, s7", "r8")      \
  LIMIT_8("s8, s9", "s10, s11", "s12, s13", "s14, s15", "r9") \
  "7:\n\t"
#endif

#define RUN(text)                                                                                 \
  register const tile* r0 __asm__("r0") = t;                                                      \
  __asm__ volatile(text                                                                           \
                   : "+r"(r0)                                                                     \
                   :                                                                              \
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",   \
                     "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",    \
                     "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", \
                     "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30", "s31", "cc",         \
                     "memory")

/* Computes eight outputs of two pixels. */
SPINDLE_ASIDE void two(const tile* t) {
  RUN("ldmia  r0!, {r1-r6, r8-r10}\n\t"
      "vldmia r4, {s0-s7}\n\t"
      "vldmia r4, {s8-s15}\n\t"
      SUMS(FOUR_OF_TWO, ONE_OF_TWO, "2 pixels by 8 outputs, 8 channels")
      FINISH_TWO);
}

/* Computes eight outputs of one pixel. */
SPINDLE_ASIDE void one(const tile* t) {
  RUN("ldmia  r0!, {r1-r6, r8-r10}\n\t"
      "vldmia r4, {s0-s7}\n\t"
      SUMS(FOUR_OF_ONE, ONE_OF_ONE, "1 pixel by 8 outputs, 8 channels")
      FINISH_ONE);
}

/* clang-format on */

/* Computes a panel for all pixels: PANEL floats for each, out_channels floats apart. */
static void panel(const spindle_pw_f32_params* p, tile* t, const float* in, float* out,
                  int32_t pixels) {
  const int32_t depth = p->in_channels, channels = p->out_channels;
  for (; pixels > 1; pixels -= 2) {
    t->x0 = in;
    t->x1 = in + depth;
    t->y0 = out;
    t->y1 = out + channels;
    two(t);
    in += 2 * depth;
    out += 2 * channels;
  }
  if (pixels > 0) {
    t->x0 = in;
    t->y0 = out;
    one(t);
  }
}

/* Computes the last panel, which has `count` outputs, for all pixels. */
static void part(const spindle_pw_f32_params* p, tile t, const float* in, float* out, int32_t count,
                 int32_t pixels) {
  float y[PANEL];
  t.y0 = y;
  for (int32_t i = 0; i < pixels; ++i) {
    t.x0 = in + i * p->in_channels;
    one(&t);
    for (int32_t j = 0; j < count; ++j) out[i * p->out_channels + j] = y[j];
  }
}

void spindle_pw_f32_vfp(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels) {
  const int32_t depth = p->in_channels, channels = p->out_channels;
  const int32_t limited = p->lo > -SPINDLE_INFINITY || p->hi < SPINDLE_INFINITY;
  const int32_t inside = SPINDLE_VFP_MAXNM || (p->lo == 0 && p->hi >= 0);
  float* y = (float*)out;
  tile t;
  t.eights = depth / 8;
  t.depth = depth;
  t.weights = p->weights;
  t.bias = p->bias;
  t.limited = limited && inside;
  t.lo = p->lo;
  t.hi = p->hi;
  t.limit = spindle_vfp_limit(p->hi);
  for (int32_t o = 0; o < channels; o += PANEL) {
    if (channels - o >= PANEL) {
      panel(p, &t, (const float*)in, y + o, pixels);
    } else {
      part(p, t, (const float*)in, y + o, channels - o, pixels);
    }
    t.weights += (ptrdiff_t)PANEL * depth;
    t.bias += PANEL;
  }
  if (!limited || inside) return;
  for (int32_t i = 0; i < pixels * channels; ++i) y[i] = spindle_limit(y[i], p->lo, p->hi);
}
#else
typedef int spindle_no_vfp;
#endif
