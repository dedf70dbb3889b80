/* SPDX-License-Identifier: Apache-2.0 */
/* What kernels ask of the compiler beyond standard C. */
#ifndef SPINDLE_COMPILER_H
#define SPINDLE_COMPILER_H

#include <stdint.h>

/* Inlined at every optimization level, because callers pass constants that decide the shape of the
 * loops. */
#define SPINDLE_INLINE static inline __attribute__((always_inline))

/* Never inlined. For functions that consist of assembly: compilers count an assembly statement as
 * one instruction, so they would inline the whole of it at every call. */
#define SPINDLE_ASIDE static __attribute__((noinline))

/* Stands before a short loop with a constant trip count. The loop is unrolled at every optimization
 * level, so that its arrays live in registers. */
#if defined(__clang__)
#define SPINDLE_UNROLL _Pragma("unroll")
#else
#define SPINDLE_UNROLL _Pragma("GCC unroll 16")
#endif

/* Stands before a loop over a block of channels, with a constant trip count. The loop becomes a few
 * vector operations, or unrolled scalar code on 32-bit Arm. GCC must not unroll it first, because
 * its vectorizer does not see unrolled loops. */
#if defined(__arm__)
#define SPINDLE_LANES SPINDLE_UNROLL
#elif defined(__clang__)
#define SPINDLE_LANES
#else
#define SPINDLE_LANES _Pragma("GCC unroll 1")
#endif

/* Operand of an 8-bit multiplication after its zero point is subtracted; it needs 10 bits.
 * Vectorizers know a multiply-add of 16-bit values. On scalar 32-bit cores 16 bits would only cost
 * extra instructions. */
#if defined(__arm__)
typedef int32_t spindle_operand;
#else
typedef int16_t spindle_operand;
#endif

/* acc + term, modulo 2^32 as docs/numeric-contract.md demands. Accumulators are uint32_t, because
 * signed overflow is undefined in C, and because compilers vectorize a sum without conversions
 * best. */
SPINDLE_INLINE uint32_t spindle_accumulate(uint32_t acc, int32_t term) {
  return acc + (uint32_t)term;
}

#endif /* SPINDLE_COMPILER_H */
