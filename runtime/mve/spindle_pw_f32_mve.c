/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2)
#include "spindle_compiler.h"

#pragma GCC diagnostic ignored "-Woverlength-strings"

#define PANEL SPINDLE_PW_F32_PANEL

/* What the assembly reads, in this order: a panel of up to three pixels. */
typedef struct {
  const float *x0, *x1, *x2; /* inputs of the pixels */
  const float *weights, *bias;
  int32_t fours, rest; /* depth / 4 and depth % 4 */
  float* y;
  int32_t stride; /* bytes from the output of a pixel to that of the next */
  float lo, hi;
} tile;
SPINDLE_AT(tile, x0, 0);
SPINDLE_AT(tile, x1, 4);
SPINDLE_AT(tile, x2, 8);
SPINDLE_AT(tile, weights, 12);
SPINDLE_AT(tile, bias, 16);
SPINDLE_AT(tile, fours, 20);
SPINDLE_AT(tile, rest, 24);
SPINDLE_AT(tile, y, 28);
SPINDLE_AT(tile, stride, 32);
SPINDLE_AT(tile, lo, 36);
SPINDLE_AT(tile, hi, 40);

/* clang-format off */

/* Registers:
 *
 *   q0 - q5    sums of three pixels, two vectors each
 *   q6, q7     weights
 *   r1 - r3    pointers to the inputs of the pixels; r4 to r10 hold the values
 *   r11        pointer to the weights */
#define WEIGHTS                     \
  "vldrw.32 q6, [r11], #16\n\t"     \
  "vldrw.32 q7, [r11], #16\n\t"
#define FMA_0(x) "vfma.f32 q0, q6, " x "\n\tvfma.f32 q1, q7, " x "\n\t"
#define FMA_1(x) "vfma.f32 q2, q6, " x "\n\tvfma.f32 q3, q7, " x "\n\t"
#define FMA_2(x) "vfma.f32 q4, q6, " x "\n\tvfma.f32 q5, q7, " x "\n\t"

/* PAIR adds two inputs and ONE adds one, of 1, 2 or 3 pixels. */
#define PAIR_1                      \
  "ldrd r4, r5, [r1], #8\n\t"       \
  WEIGHTS FMA_0("r4")               \
  WEIGHTS FMA_0("r5")
#define PAIR_2                      \
  "ldrd r4, r5, [r1], #8\n\t"       \
  "ldrd r6, r8, [r2], #8\n\t"       \
  WEIGHTS FMA_0("r4") FMA_1("r6")   \
  WEIGHTS FMA_0("r5") FMA_1("r8")
#define PAIR_3                      \
  "ldrd r4, r5, [r1], #8\n\t"       \
  "ldrd r6, r8, [r2], #8\n\t"       \
  "ldrd r9, r10, [r3], #8\n\t"      \
  WEIGHTS FMA_0("r4") FMA_1("r6") FMA_2("r9")  \
  WEIGHTS FMA_0("r5") FMA_1("r8") FMA_2("r10")
#define ONE_1                       \
  "ldr r4, [r1], #4\n\t"            \
  WEIGHTS FMA_0("r4")
#define ONE_2                       \
  "ldr r4, [r1], #4\n\t"            \
  "ldr r6, [r2], #4\n\t"            \
  WEIGHTS FMA_0("r4") FMA_1("r6")
#define ONE_3                       \
  "ldr r4, [r1], #4\n\t"            \
  "ldr r6, [r2], #4\n\t"            \
  "ldr r9, [r3], #4\n\t"            \
  WEIGHTS FMA_0("r4") FMA_1("r6") FMA_2("r9")

#define BEGIN                       \
  "ldm r0!, {r1-r3, r11, r12}\n\t"  \
  "vldrw.32 q0, [r12]\n\t"          \
  "vldrw.32 q1, [r12, #16]\n\t"
#define SUMS(pair, one)             \
  "ldm r0!, {r10, r12}\n\t"         \
  "wls lr, r10, 2f\n"               \
  "1:\n\t"                          \
  pair pair                         \
  "le lr, 1b\n"                     \
  "2:\n\t"                          \
  "wls lr, r12, 4f\n"               \
  "3:\n\t"                          \
  one                               \
  "le lr, 3b\n"                     \
  "4:\n\t"                          \
  "ldm r0, {r1-r4}\n\t"             \
  "vdup.32 q6, r3\n\t"              \
  "vdup.32 q7, r4\n\t"
#define STORE(a, b)                 \
  "vmaxnm.f32 " a ", " a ", q6\n\t" \
  "vmaxnm.f32 " b ", " b ", q6\n\t" \
  "vminnm.f32 " a ", " a ", q7\n\t" \
  "vminnm.f32 " b ", " b ", q7\n\t" \
  "vstrw.32 " a ", [r1]\n\t"        \
  "vstrw.32 " b ", [r1, #16]\n\t"

#define RUN(text)                                                                                 \
  __asm__ volatile(text                                                                           \
                   : "+r"(r0)                                                                     \
                   :                                                                              \
                   : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr",   \
                     "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory")

static void run(const tile* t, int32_t pixels) {
  register const tile* r0 __asm__("r0") = t;
  if (pixels >= 3) {
    RUN(BEGIN
        "vmov q2, q0\n\t"
        "vmov q3, q1\n\t"
        "vmov q4, q0\n\t"
        "vmov q5, q1\n\t"
        SUMS(PAIR_3, ONE_3)
        STORE("q0", "q1")
        "add r1, r1, r2\n\t"
        STORE("q2", "q3")
        "add r1, r1, r2\n\t"
        STORE("q4", "q5"));
  } else if (pixels == 2) {
    RUN(BEGIN
        "vmov q2, q0\n\t"
        "vmov q3, q1\n\t"
        SUMS(PAIR_2, ONE_2)
        STORE("q0", "q1")
        "add r1, r1, r2\n\t"
        STORE("q2", "q3"));
  } else {
    RUN(BEGIN
        SUMS(PAIR_1, ONE_1)
        STORE("q0", "q1"));
  }
}

/* clang-format on */

/* Computes a panel for all pixels. */
static void panel(const spindle_pw_f32_params* p, tile t, const float* in, float* out,
                  int32_t pixels) {
  for (; pixels > 0; pixels -= 3) {
    t.x0 = in;
    t.x1 = in + p->in_channels;
    t.x2 = t.x1 + p->in_channels;
    t.y = out;
    run(&t, pixels);
    in += 3 * p->in_channels;
    out += 3 * p->out_channels;
  }
}

/* Computes the last panel, which has `count` outputs, for all pixels. */
static void part(const spindle_pw_f32_params* p, tile t, const float* in, float* out, int32_t count,
                 int32_t pixels) {
  float y[PANEL];
  t.y = y;
  for (; pixels > 0; --pixels, in += p->in_channels, out += p->out_channels) {
    t.x0 = in;
    run(&t, 1);
    for (int32_t j = 0; j < count; ++j) out[j] = y[j];
  }
}

void spindle_pw_f32_mve(const spindle_pw_f32_params* p, const void* in, void* out, int32_t pixels) {
  const int32_t depth = p->in_channels, channels = p->out_channels;
  float* y = (float*)out;
  tile t = {NULL,      NULL, NULL,         p->weights, p->bias, depth / 4,
            depth % 4, NULL, channels * 4, p->lo,      p->hi};
  for (int32_t o = 0; o < channels; o += PANEL) {
    if (channels - o >= PANEL) {
      panel(p, t, (const float*)in, y + o, pixels);
    } else {
      part(p, t, (const float*)in, y + o, channels - o, pixels);
    }
    t.weights += (ptrdiff_t)PANEL * depth;
    t.bias += PANEL;
  }
}
#else
typedef int spindle_no_mve;
#endif
