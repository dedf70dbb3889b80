/* SPDX-License-Identifier: Apache-2.0 */
/* What the *_vfp kernels share: float32 on cores with a scalar FPU that has fused multiply-adds
 * (Cortex-M4, M7, M33). They are inline assembly: only so do all 32 registers hold a tile. */
#ifndef SPINDLE_VFP_H
#define SPINDLE_VFP_H

#if defined(__thumb2__) && defined(__ARM_FP) && defined(__ARM_FEATURE_FMA)
#define SPINDLE_VFP 1
#else
#define SPINDLE_VFP 0
#endif

/* FPv5 has VMAXNM and VMINNM. Of the cores before Armv8 it is in those with double precision. */
#if SPINDLE_VFP && (__ARM_ARCH >= 8 || (__ARM_FP & 8) != 0)
#define SPINDLE_VFP_MAXNM 1
#else
#define SPINDLE_VFP_MAXNM 0
#endif

/* Limits to [0, hi], hi >= 0, without VMAXNM, hi being given as spindle_vfp_limit(hi) in r11:
 * floats as integers, whose negative ones are negative floats and whose others are in the same
 * order. */
#define SPINDLE_VFP_LIMIT(reg) \
  "qadd " reg ", " reg         \
  ", r11\n\t"                  \
  "sub  " reg ", " reg         \
  ", r11\n\t"                  \
  "bic  " reg ", " reg ", " reg ", asr #31\n\t"

#include <stdint.h>
#include <string.h>

static inline uint32_t spindle_vfp_limit(float hi) {
  uint32_t bits;
  memcpy(&bits, &hi, sizeof bits);
  return 0x7FFFFFFFu - bits;
}

#endif /* SPINDLE_VFP_H */
