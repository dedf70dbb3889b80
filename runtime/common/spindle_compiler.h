/* SPDX-License-Identifier: Apache-2.0 */
/* What kernels ask of the compiler beyond standard C. Portable kernels ask through this file only,
 * so that they compile with every C99 compiler; those without GCC's extensions get standard C. */
#ifndef SPINDLE_COMPILER_H
#define SPINDLE_COMPILER_H

#include <stddef.h>
#include <stdint.h>

/* Whether the compiler has GCC's attributes and builtin functions. Clang has them, too. */
#if defined(__GNUC__)
#define SPINDLE_GNU 1
#else
#define SPINDLE_GNU 0
#endif

/* Inlined at every optimization level, because callers pass constants that decide the shape of the
 * loops. */
#if SPINDLE_GNU
#define SPINDLE_INLINE static inline __attribute__((always_inline))
#else
#define SPINDLE_INLINE static inline
#endif

/* Never inlined. For functions that consist of assembly: compilers count an assembly statement as
 * one instruction, so they would inline the whole of it at every call. */
#if SPINDLE_GNU
#define SPINDLE_ASIDE static __attribute__((noinline))
#else
#define SPINDLE_ASIDE static
#endif

/* Stands before a function that is assembly from its first instruction to its last, a single
 * statement without operands. The compiler adds no instruction of its own, whatever its flags, so
 * the assembly may move the stack pointer; it keeps the calling convention itself. noipa: the
 * compiler must not draw conclusions from a body in which it sees no code. */
#if defined(__clang__)
#define SPINDLE_NAKED __attribute__((naked, noinline, no_stack_protector, no_instrument_function))
#elif SPINDLE_GNU && __GNUC__ >= 11
#define SPINDLE_NAKED                                                      \
  __attribute__((naked, noipa, no_stack_protector, no_instrument_function, \
                 no_profile_instrument_function))
#elif SPINDLE_GNU
#define SPINDLE_NAKED                                                                  \
  __attribute__((naked, noipa, optimize("no-stack-protector"), no_instrument_function, \
                 no_profile_instrument_function))
#endif

/* Stands behind a parameter that only assembly uses. */
#if SPINDLE_GNU
#define SPINDLE_UNUSED __attribute__((unused))
#else
#define SPINDLE_UNUSED
#endif

/* Does not compile unless `member` of the struct `type` has this offset. For structs that assembly
 * reads and writes. C99 has no _Static_assert, but a size of -1 is an error in any C. */
#define SPINDLE_AT(type, member, offset) \
  typedef char type##_##member##_is_at[offsetof(type, member) == (offset) ? 1 : -1]

/* The value of a macro as text, for assembly. */
#define SPINDLE_TEXT_OF(x) #x
#define SPINDLE_TEXT(x) SPINDLE_TEXT_OF(x)

/* Stands before a short loop with a constant trip count. The loop is unrolled at every optimization
 * level, so that its arrays live in registers. */
#if defined(__clang__)
#define SPINDLE_UNROLL _Pragma("unroll")
#elif SPINDLE_GNU
#define SPINDLE_UNROLL _Pragma("GCC unroll 16")
#else
#define SPINDLE_UNROLL
#endif

/* Stands before a loop over a block of channels, with a constant trip count. The loop becomes a few
 * vector operations, or unrolled scalar code on 32-bit Arm. GCC must not unroll it first, because
 * its vectorizer does not see unrolled loops. */
#if defined(__arm__)
#define SPINDLE_LANES SPINDLE_UNROLL
#elif SPINDLE_GNU && !defined(__clang__)
#define SPINDLE_LANES _Pragma("GCC unroll 1")
#else
#define SPINDLE_LANES
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

/* The number of zero bits above the highest bit that is set; x > 0. */
static inline int32_t spindle_leading_zeros(uint32_t x) {
#if SPINDLE_GNU
  return __builtin_clz(x);
#else
  int32_t zeros = 0;
  for (; x >> 31 == 0; x <<= 1) ++zeros;
  return zeros;
#endif
}

#endif /* SPINDLE_COMPILER_H */
