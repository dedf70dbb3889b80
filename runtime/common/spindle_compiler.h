/* SPDX-License-Identifier: Apache-2.0 */
/* What kernels ask of the compiler beyond standard C. */
#ifndef SPINDLE_COMPILER_H
#define SPINDLE_COMPILER_H

#include <stdint.h>

/* Inlined at every optimization level: the callers pass constants that decide the shape of loops.
 */
#define SPINDLE_INLINE static inline __attribute__((always_inline))

/* Never inlined. For functions that are assembly: compilers take its size for that of an instruction
 * and would have it twice where it is called twice. */
#define SPINDLE_ASIDE static __attribute__((noinline))

/* Before a short loop with a constant trip count: unrolled at every optimization level, so that its
 * arrays live in registers. */
#if defined(__clang__)
#define SPINDLE_UNROLL _Pragma("unroll")
#else
#define SPINDLE_UNROLL _Pragma("GCC unroll 16")
#endif

/* Before a loop over a block of channels: a loop of a fixed count that the vectorizer turns into a
 * few registers, or plain registers where there are no vectors. GCC's vectorizer only sees loops
 * that are not unrolled before. */
#if defined(__arm__)
#define SPINDLE_LANES SPINDLE_UNROLL
#elif defined(__clang__)
#define SPINDLE_LANES
#else
#define SPINDLE_LANES _Pragma("GCC unroll 1")
#endif

/* Operand of an 8-bit multiplication after its zero point is taken away (10 bits). Vectorizers know
 * multiply-add of 16-bit values; scalar 32-bit cores would only pay for the narrowing. */
#if defined(__arm__)
typedef int32_t spindle_operand;
#else
typedef int16_t spindle_operand;
#endif

/* An accumulator plus `term`, modulo 2^32 as docs/numeric-contract.md has it. Accumulators are kept
 * as uint32_t: compilers then see a sum without conversions in it, and vectorize it as any other. */
SPINDLE_INLINE uint32_t spindle_accumulate(uint32_t acc, int32_t term) {
  return acc + (uint32_t)term;
}

#endif /* SPINDLE_COMPILER_H */
