/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_round.h"

#if SPINDLE_DSP_ASM && defined(__ARM_FEATURE_FMA)
#define ADD_ASM 1
#else
#define ADD_ASM 0
#endif

#if ADD_ASM

/* What the assembly reads, in this order. */
typedef struct {
  const int8_t *a, *b;
  int8_t* out;
  const int8_t* end; /* of a */
  int32_t a_offset, b_offset, out_offset;
  float a_scale, b_scale;
  float bias[4];
} words;
SPINDLE_AT(words, a, 0);
SPINDLE_AT(words, b, 4);
SPINDLE_AT(words, out, 8);
SPINDLE_AT(words, end, 12);
SPINDLE_AT(words, a_offset, 16);
SPINDLE_AT(words, b_offset, 20);
SPINDLE_AT(words, out_offset, 24);
SPINDLE_AT(words, a_scale, 28);
SPINDLE_AT(words, b_scale, 32);
SPINDLE_AT(words, bias, 36);

/* clang-format off */

/* Loads the four bytes of a word, each plus an offset, into four float registers, as integers. */
#define TAKE(word, offset, s0, s1, s2, s3)                  \
  "sxtab r11, " offset ", " word "\n\t"                     \
  "sxtab r12, " offset ", " word ", ror #8\n\t"             \
  "sxtab lr, " offset ", " word ", ror #16\n\t"             \
  "sxtab " word ", " offset ", " word ", ror #24\n\t"       \
  "vmov " s0 ", " s1 ", r11, r12\n\t"                       \
  "vmov " s2 ", " s3 ", lr, " word "\n\t"
#define CONVERT(s) "vcvt.f32.s32 " s ", " s "\n\t"
#define ROUND(s) "vcvtr.s32.f32 " s ", " s "\n\t"
#define SATURATE(r)                                         \
  "qsub " r ", " r ", r8\n\t"                               \
  "ssat " r ", #8, " r "\n\t"

/* Adds four elements per iteration, b first; the results are not limited to [lo, hi]. s12 and s13
 * hold the scales. */
static void add_words(const words* w) {
  register const words* r0 __asm__("r0") = w;
  __asm__ volatile(
      "ldm    r0!, {r1-r6, r8}\n\t"
      "vldmia r0!, {s12, s13}\n"
      "1:\n\t"
      "@ LLVM-MCA-BEGIN residual add of 4 elements\n\t"
      "ldr    r9, [r1], #4\n\t"
      "ldr    r10, [r2], #4\n\t"
      TAKE("r9", "r5", "s0", "s1", "s2", "s3")
      TAKE("r10", "r6", "s4", "s5", "s6", "s7")
      CONVERT("s4") CONVERT("s5") CONVERT("s6") CONVERT("s7")
      "vldmia r0, {s8-s11}\n\t"
      CONVERT("s0") CONVERT("s1") CONVERT("s2") CONVERT("s3")
      "vfma.f32 s8, s4, s13\n\t"
      "vfma.f32 s9, s5, s13\n\t"
      "vfma.f32 s10, s6, s13\n\t"
      "vfma.f32 s11, s7, s13\n\t"
      "vfma.f32 s8, s0, s12\n\t"
      "vfma.f32 s9, s1, s12\n\t"
      "vfma.f32 s10, s2, s12\n\t"
      "vfma.f32 s11, s3, s12\n\t"
      ROUND("s8") ROUND("s9") ROUND("s10") ROUND("s11")
      "vmov   r9, r10, s8, s9\n\t"
      "vmov   r11, r12, s10, s11\n\t"
      SATURATE("r9") SATURATE("r10") SATURATE("r11") SATURATE("r12")
      "bfi    r9, r10, #8, #8\n\t"
      "bfi    r9, r11, #16, #8\n\t"
      "bfi    r9, r12, #24, #8\n\t"
      "cmp    r1, r4\n\t"
      "str    r9, [r3], #4\n\t"
      "bne    1b\n\t"
      "@ LLVM-MCA-END\n\t"
      : "+r"(r0)
      :
      : "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "s0", "s1", "s2",
        "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "cc", "memory");
}

/* clang-format on */

/* Adds the elements that fill whole words of four. Returns their number. */
static int32_t add_whole_words(const spindle_add_s8_params* p, const int8_t* a, const int8_t* b,
                               int8_t* out, int32_t count) {
  const int32_t whole = count / 4 * 4;
  const words w = {a,
                   b,
                   out,
                   a + whole,
                   p->a_offset,
                   p->b_offset,
                   p->out_offset,
                   p->a_scale,
                   p->b_scale,
                   {p->bias, p->bias, p->bias, p->bias}};
  if (whole > 0) add_words(&w);
  spindle_limit_s8(out, whole, p->lo, p->hi);
  return whole;
}

#endif

void spindle_add_s8_dsp(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                        int32_t count) {
  const int8_t *pa = (const int8_t*)a, *pb = (const int8_t*)b;
  int8_t* y = (int8_t*)out;
  const float lo = (float)(p->lo + p->out_offset), hi = (float)(p->hi + p->out_offset);
  int32_t i = 0;
#if ADD_ASM
  i = add_whole_words(p, pa, pb, y, count);
#endif
  for (; i < count; ++i) {
    const float partial = spindle_fma((float)(pb[i] + p->b_offset), p->b_scale, p->bias);
    const float sum = spindle_fma((float)(pa[i] + p->a_offset), p->a_scale, partial);
    y[i] = (int8_t)(spindle_round(spindle_clamp(sum, lo, hi)) - p->out_offset);
  }
}
