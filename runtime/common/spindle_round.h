/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding of floats to integers, and the compiler settings that the numeric contract needs. A
 * kernel with exact results includes this before any other code.
 *
 * The contract rounds a product to float before it is used in a sum. Compilers may fuse the two
 * into one operation (GCC does so by default in gnu mode). The pragmas forbid this, whatever flags
 * the build has. Nor may a compiler keep more digits than a float has, as the x87 FPU does. */
#ifndef SPINDLE_ROUND_H
#define SPINDLE_ROUND_H

#include <float.h>
#include <stdint.h>
#include <string.h>

#include "spindle_compiler.h"

#if defined(__clang__) && defined(__FAST_MATH__)
#error "-ffast-math rounds differently, and clang cannot be told otherwise by a pragma"
#endif
#if defined(FLT_EVAL_METHOD) && \
    (FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD == 1 || FLT_EVAL_METHOD == 2)
#error "float arithmetic must round to float: on x86 use -msse2 -mfpmath=sse"
#endif
#if SPINDLE_GNU && !defined(__clang__)
#pragma GCC optimize("no-fast-math", "fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif

/* x clamped to [lo, hi]; a NaN becomes lo. */
static inline float spindle_clamp(float x, float lo, float hi) {
  const float raised = x > lo ? x : lo;
  return raised < hi ? raised : hi;
}

/* x rounded half to even, for |x| <= 2^22. Adding 1.5 * 2^23 gives a float whose last bit has the
 * value 1. So the addition rounds, and the low bits of the sum are the integer. */
static inline int32_t spindle_round(float x) {
  const float sum = x + 12582912.0f;
  int32_t bits;
  memcpy(&bits, &sum, sizeof bits);
  return bits - 0x4B400000;
}

/* a * b + c, rounded once; `a` is an integer of at most 9 bits. Without an FMA instruction it is
 * computed in double: the product has at most 33 bits and is exact, and so is the sum, unless its
 * parts differ by more than a factor of 2^20. */
static inline float spindle_fma(float a, float b, float c) {
#if SPINDLE_GNU && (defined(__ARM_FEATURE_FMA) || defined(__aarch64__) || defined(__FMA__))
  return __builtin_fmaf(a, b, c);
#else
  return (float)((double)a * (double)b + (double)c);
#endif
}

#endif /* SPINDLE_ROUND_H */
