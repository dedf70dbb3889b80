/* SPDX-License-Identifier: Apache-2.0 */
/* What the depthwise kernels for Arm's DSP extension share. */
#ifndef SPINDLE_DW_DSP_H
#define SPINDLE_DW_DSP_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_fixed.h"

/* Output columns that are computed together. */
#define TILE SPINDLE_DW3X3_S8_DSP_TILE
/* Channels that are computed together: one word of the input. */
#define BLOCK 4

/* Sets `words` words to pairs with both halves `value`. */
static inline void fill_pairs(uint32_t* out, int32_t value, int32_t words) {
  const uint32_t pair = spindle_pair(value, value);
  for (int32_t i = 0; i < words; ++i) *out++ = pair;
}

/* store_block requantizes `sums`, [n outputs][BLOCK], by the multipliers `scale` of the block, and
 * writes the BLOCK channels of n pixels, the first at `out`. Results are saturated to int8, not
 * limited to [lo, hi]. */
#if SPINDLE_DSP_ASM

/* clang-format off */

/* Scales four sums by the multipliers s8 to s11; the rounded results are in r8 to r11. */
#define SCALE                         \
  "vldm r0!, {s0-s3}\n\t"             \
  "vcvt.f32.s32 s0, s0\n\t"           \
  "vcvt.f32.s32 s1, s1\n\t"           \
  "vcvt.f32.s32 s2, s2\n\t"           \
  "vcvt.f32.s32 s3, s3\n\t"           \
  "vmul.f32 s0, s0, s8\n\t"           \
  "vmul.f32 s1, s1, s9\n\t"           \
  "vmul.f32 s2, s2, s10\n\t"          \
  "vmul.f32 s3, s3, s11\n\t"          \
  "vcvtr.s32.f32 s0, s0\n\t"          \
  "vcvtr.s32.f32 s1, s1\n\t"          \
  "vcvtr.s32.f32 s2, s2\n\t"          \
  "vcvtr.s32.f32 s3, s3\n\t"          \
  "vmov r8, r9, s0, s1\n\t"           \
  "vmov r10, r11, s2, s3\n\t"

static void store_float(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const int32_t* scale, int8_t* out) {
  const int32_t* end = sums + BLOCK * n;
  SPINDLE_COMPUTED(end);
  register const int32_t* r0 __asm__("r0") = sums;
  register int8_t* r1 __asm__("r1") = out;
  register const int32_t* r2 __asm__("r2") = scale;
  register const int32_t* r3 __asm__("r3") = end;
  register int32_t r4 __asm__("r4") = p->channels;
  register int32_t r5 __asm__("r5") = p->out_zero;
  __asm__ volatile(
      "vldm r2, {s8-s11}\n\t"
      "vneg.f32 s8, s8\n"
      "1:\n\t"
      SCALE
      "qadd r8, r8, r5\n\t"
      "qadd r9, r9, r5\n\t"
      "qadd r10, r10, r5\n\t"
      "qadd r11, r11, r5\n\t"
      "ssat r8, #8, r8\n\t"
      "ssat r9, #8, r9\n\t"
      "ssat r10, #8, r10\n\t"
      "ssat r11, #8, r11\n\t"
      "bfi  r8, r9, #8, #8\n\t"
      "bfi  r8, r10, #16, #8\n\t"
      "bfi  r8, r11, #24, #8\n\t"
      "cmp  r0, r3\n\t"
      "str  r8, [r1]\n\t"
      "add  r1, r1, r4\n\t"
      "bne  1b\n\t"
      : "+r"(r0), "+r"(r1)
      : "r"(r2), "r"(r3), "r"(r4), "r"(r5)
      : "r8", "r9", "r10", "r11", "s0", "s1", "s2", "s3", "s8", "s9", "s10", "s11", "cc",
        "memory");
}

#define BITS SPINDLE_TEXT(SPINDLE_FIXED_BITS)

static void store_fixed(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const int32_t* scale, int8_t* out) {
  const int32_t offset = spindle_fixed_offset(p->out_zero); /* with -ftrapv a call, so it must come
                                                               before the registers are bound */
  const int32_t* end = sums + BLOCK * n;
  SPINDLE_COMPUTED(end);
  register const int32_t* r0 __asm__("r0") = sums;
  register int8_t* r1 __asm__("r1") = out;
  register int32_t r2 __asm__("r2") = offset;
  register const int32_t* r3 __asm__("r3") = end;
  register int32_t r4 __asm__("r4") = p->channels;
  register const int32_t* r5 __asm__("r5") = scale;
  __asm__ volatile(
      "ldm  r5, {r5, r6, r8, r9}\n"
      "1:\n\t"
      "ldm  r0!, {r10, r11, r12, lr}\n\t"
      "smmla r10, r10, r5, r2\n\t"
      "smmla r11, r11, r6, r2\n\t"
      "smmla r12, r12, r8, r2\n\t"
      "smmla lr, lr, r9, r2\n\t"
      "cmp  r0, r3\n\t"
      "ssat r10, #8, r10, asr #" BITS "\n\t"
      "ssat r11, #8, r11, asr #" BITS "\n\t"
      "ssat r12, #8, r12, asr #" BITS "\n\t"
      "ssat lr, #8, lr, asr #" BITS "\n\t"
      "bfi  r10, r11, #8, #8\n\t"
      "bfi  r10, r12, #16, #8\n\t"
      "bfi  r10, lr, #24, #8\n\t"
      "str  r10, [r1]\n\t"
      "add  r1, r1, r4\n\t"
      "bne  1b\n\t"
      : "+r"(r0), "+r"(r1), "+r"(r5)
      : "r"(r2), "r"(r3), "r"(r4)
      : "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/* clang-format on */

static void store_block(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const int32_t* scale, int8_t* out) {
  if (scale[0] < 0) {
    store_float(p, sums, n, scale, out);
  } else {
    store_fixed(p, sums, n, scale, out);
  }
}

#else

static void store_block(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const int32_t* scale, int8_t* out) {
  const spindle_range range = spindle_output_range(p->out_zero, -128, 127);
  for (int32_t i = 0; i < n; ++i, out += p->channels) {
    for (int32_t c = 0; c < BLOCK; ++c) out[c] = spindle_scale(*sums++, scale, c, range);
  }
}

#endif

#endif /* SPINDLE_DW_DSP_H */
