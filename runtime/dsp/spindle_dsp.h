/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions of Arm's DSP extension that the *_dsp kernels use, each also in plain C, so that
 * these kernels run (and are tested) on any machine. A "pair" is a 32-bit word that holds two
 * int16; the first is in the lower half. */
#ifndef SPINDLE_DSP_H
#define SPINDLE_DSP_H

#include <stdint.h>
#include <string.h>

/* Assembly is used on Thumb cores with DSP and a single-precision FPU; C otherwise. GCC before
 * version 8 lacks an attribute of SPINDLE_NAKED. */
#if defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && defined(__ARM_FP) && \
    (defined(__clang__) || __GNUC__ >= 8) && !defined(SPINDLE_DSP_C)
#define SPINDLE_DSP_ASM 1
#else
#define SPINDLE_DSP_ASM 0
#endif

/* Forces `value` to be computed here. The kernels need this before they bind variables to
 * registers: with -ftrapv, arithmetic is a function call, and a call would overwrite the bound
 * registers. */
#define SPINDLE_COMPUTED(value) __asm__("" : "+r"(value))

/* Assembly that uses r7 keeps its value in a float register meanwhile. r7 may be the frame pointer,
 * which compilers let no assembly name as overwritten. */
#define SPINDLE_KEEP_R7(s) "vmov " s ", r7\n\t"
#define SPINDLE_RESTORE_R7(s) "vmov r7, " s "\n\t"

static inline int32_t spindle_low(uint32_t pair) {
  return (int16_t)(uint16_t)pair;
}
static inline int32_t spindle_high(uint32_t pair) {
  return (int16_t)(uint16_t)(pair >> 16);
}

/* Loads four bytes from an address of any alignment. */
static inline uint32_t spindle_load4(const void* from) {
  uint32_t word;
  memcpy(&word, from, sizeof word);
  return word;
}

static inline uint32_t spindle_pair(int32_t low, int32_t high) {
  return ((uint32_t)low & 0xFFFFu) | (uint32_t)high << 16;
}

/* SXTB16: widens bytes 0 and 2 of the word; with ROR #8, bytes 1 and 3. */
static inline uint32_t spindle_even_bytes(uint32_t word) {
#if SPINDLE_DSP_ASM
  uint32_t pair;
  __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(word));
  return pair;
#else
  return spindle_pair((int8_t)(uint8_t)word, (int8_t)(uint8_t)(word >> 16));
#endif
}
static inline uint32_t spindle_odd_bytes(uint32_t word) {
#if SPINDLE_DSP_ASM
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
  return pair;
#else
  return spindle_pair((int8_t)(uint8_t)(word >> 8), (int8_t)(uint8_t)(word >> 24));
#endif
}

/* PKHBT and PKHTB: a pair of the lower halves of a and b, and a pair of the upper halves. */
static inline uint32_t spindle_lows(uint32_t a, uint32_t b) {
#if SPINDLE_DSP_ASM
  uint32_t pair;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(a), "r"(b));
  return pair;
#else
  return (a & 0xFFFFu) | b << 16;
#endif
}
static inline uint32_t spindle_highs(uint32_t a, uint32_t b) {
#if SPINDLE_DSP_ASM
  uint32_t pair;
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(pair) : "r"(b), "r"(a));
  return pair;
#else
  return a >> 16 | (b & 0xFFFF0000u);
#endif
}

/* SSUB16: a - b in both halves. */
static inline uint32_t spindle_subtract(uint32_t a, uint32_t b) {
#if SPINDLE_DSP_ASM
  uint32_t pair;
  __asm__("ssub16 %0, %1, %2" : "=r"(pair) : "r"(a), "r"(b));
  return pair;
#else
  return spindle_pair(spindle_low(a) - spindle_low(b), spindle_high(a) - spindle_high(b));
#endif
}

/* SMLAD: acc + low(a) * low(b) + high(a) * high(b), modulo 2^32. */
static inline uint32_t spindle_dot(uint32_t a, uint32_t b, uint32_t acc) {
#if SPINDLE_DSP_ASM
  uint32_t sum;
  __asm__("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
  return sum;
#else
  return acc + (uint32_t)(spindle_low(a) * spindle_low(b)) +
         (uint32_t)(spindle_high(a) * spindle_high(b));
#endif
}

/* SMLATB: acc + high(a) * low(b), modulo 2^32. */
static inline uint32_t spindle_high_by_low(uint32_t a, uint32_t b, uint32_t acc) {
#if SPINDLE_DSP_ASM
  uint32_t sum;
  __asm__("smlatb %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
  return sum;
#else
  return acc + (uint32_t)(spindle_high(a) * spindle_low(b));
#endif
}

/* Limits out[0 .. count - 1] to [lo, hi]. Kernels that saturate to int8 call it, for activations
 * with tighter limits. */
static inline void spindle_limit_s8(int8_t* out, int32_t count, int32_t lo, int32_t hi) {
  if (lo == -128 && hi == 127) return;
  for (int32_t i = 0; i < count; ++i) {
    const int32_t value = out[i] > lo ? out[i] : lo;
    out[i] = (int8_t)(value < hi ? value : hi);
  }
}

#endif /* SPINDLE_DSP_H */
