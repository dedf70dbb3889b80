/* What the depthwise kernels for Arm's DSP extension share. */
#ifndef SPINDLE_DW_DSP_H
#define SPINDLE_DW_DSP_H

#include "spindle.h"
#include "spindle_dsp.h"
#include "spindle_requantize.h"

/* Columns of the output that are computed together. */
#define TILE SPINDLE_DW3X3_S8_DSP_TILE
/* Channels computed together: a word of the input. */
#define BLOCK 4

/* `words` words with both halves `value`. */
static inline void fill_pairs(uint32_t* out, int32_t value, int32_t words) {
  const uint32_t pair = spindle_pair(value, value);
  for (int32_t i = 0; i < words; ++i) *out++ = pair;
}

/* store_block: requantizes `sums`, [n outputs][BLOCK], into the block's channels of n pixels from
 * `out` on; saturated, not limited. */
#if SPINDLE_DSP_ASM

/* clang-format off */

/* Four sums to scaled integers in r8 to r11; s8 to s11 are the multipliers. */
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

static void store_block(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const float* multiplier, int8_t* out) {
  register const int32_t* r0 __asm__("r0") = sums;
  register int8_t* r1 __asm__("r1") = out;
  register const float* r2 __asm__("r2") = multiplier;
  register const int32_t* r3 __asm__("r3") = sums + BLOCK * n;
  register int32_t r4 __asm__("r4") = p->channels;
  register int32_t r5 __asm__("r5") = p->out_zero;
  if (p->out_zero == -128) { /* as after ReLU: saturated before the zero point is added */
    __asm__ volatile(
        "vldm r2, {s8-s11}\n\t"
        "mov  r5, #0x80808080\n"
        "1:\n\t"
        SCALE
        "usat r8, #8, r8\n\t"
        "usat r9, #8, r9\n\t"
        "usat r10, #8, r10\n\t"
        "usat r11, #8, r11\n\t"
        "orr  r8, r8, r9, lsl #8\n\t"
        "orr  r10, r10, r11, lsl #8\n\t"
        "eor  r8, r8, r5\n\t"
        "eor  r8, r8, r10, lsl #16\n\t"
        "cmp  r0, r3\n\t"
        "str  r8, [r1]\n\t"
        "add  r1, r1, r4\n\t"
        "bne  1b\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r5)
        : "r"(r2), "r"(r3), "r"(r4)
        : "r8", "r9", "r10", "r11", "s0", "s1", "s2", "s3", "s8", "s9", "s10", "s11", "cc",
          "memory");
    return;
  }
  __asm__ volatile(
      "vldm r2, {s8-s11}\n"
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

/* clang-format on */

#else

static void store_block(const spindle_dw3x3_s8_dsp_params* p, const int32_t* sums, int32_t n,
                        const float* multiplier, int8_t* out) {
  const spindle_range range = spindle_output_range(p->out_zero, -128, 127);
  for (int32_t i = 0; i < n; ++i, out += p->channels) {
    for (int32_t c = 0; c < BLOCK; ++c) {
      out[c] = spindle_requantize(*sums++, multiplier[c], range);
    }
  }
}

#endif

#endif /* SPINDLE_DW_DSP_H */
