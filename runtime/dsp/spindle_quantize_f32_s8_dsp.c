/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_dsp.h"
#include "spindle_round.h"

#if SPINDLE_DSP_ASM

/* clang-format off */

/* Quantizes four values per iteration; count is a multiple of four and greater than 0. */
static void quantize_words(const float* x, int8_t* y, int32_t count, float scale, int32_t zero) {
  const float* end = x + count;
  SPINDLE_COMPUTED(end);
  register const float* r0 __asm__("r0") = x;
  register int8_t* r1 __asm__("r1") = y;
  register const float* r2 __asm__("r2") = end;
  register int32_t r3 __asm__("r3") = zero;
  __asm__ volatile(
      "vmov  s4, %3\n"
      "1:\n\t"
      "vldmia r0!, {s0-s3}\n\t"
      "vdiv.f32 s0, s0, s4\n\t"
      "vdiv.f32 s1, s1, s4\n\t"
      "vdiv.f32 s2, s2, s4\n\t"
      "vdiv.f32 s3, s3, s4\n\t"
      "vcvtr.s32.f32 s0, s0\n\t"
      "vcvtr.s32.f32 s1, s1\n\t"
      "vcvtr.s32.f32 s2, s2\n\t"
      "vcvtr.s32.f32 s3, s3\n\t"
      "vmov  r8, r9, s0, s1\n\t"
      "vmov  r10, r11, s2, s3\n\t"
      "qadd  r8, r8, r3\n\t"
      "qadd  r9, r9, r3\n\t"
      "qadd  r10, r10, r3\n\t"
      "qadd  r11, r11, r3\n\t"
      "ssat  r8, #8, r8\n\t"
      "ssat  r9, #8, r9\n\t"
      "ssat  r10, #8, r10\n\t"
      "ssat  r11, #8, r11\n\t"
      "bfi   r8, r9, #8, #8\n\t"
      "bfi   r8, r10, #16, #8\n\t"
      "bfi   r8, r11, #24, #8\n\t"
      "cmp   r0, r2\n\t"
      "str   r8, [r1], #4\n\t"
      "bne   1b\n\t"
      : "+r"(r0), "+r"(r1)
      : "r"(r2), "r"(scale), "r"(r3)
      : "r8", "r9", "r10", "r11", "s0", "s1", "s2", "s3", "s4", "cc", "memory");
}

/* clang-format on */

/* x / scale, rounded half to even, saturated to int32. */
static inline int32_t quotient(float x, float scale) {
  float bits = x / scale;
  int32_t value;
  __asm__("vcvtr.s32.f32 %0, %0" : "+t"(bits));
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline int8_t saturated(int32_t value, int32_t zero) {
  int32_t sum;
  __asm__("qadd %0, %1, %2\n\tssat %0, #8, %0" : "=r"(sum) : "r"(value), "r"(zero));
  return (int8_t)sum;
}

#else

static inline int32_t quotient(float x, float scale) {
  return spindle_round(spindle_clamp(x / scale, -1024.0f, 1024.0f));
}

static inline int8_t saturated(int32_t value, int32_t zero) {
  const int32_t sum = value + zero;
  return (int8_t)(sum < -128 ? -128 : sum > 127 ? 127 : sum);
}

#endif

void spindle_quantize_f32_s8_dsp(const spindle_quantize_params* p, const void* in, void* out,
                                 int32_t count) {
  const float* x = (const float*)in;
  int8_t* y = (int8_t*)out;
  const float scale = p->scale;
  const int32_t zero = p->zero;
#if SPINDLE_DSP_ASM
  const int32_t whole = count / 4 * 4;
  if (whole > 0) quantize_words(x, y, whole, scale, zero);
  x += whole;
  y += whole;
  count -= whole;
#endif
  for (; count > 0; --count) *y++ = saturated(quotient(*x++, scale), zero);
}
