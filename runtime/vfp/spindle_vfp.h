/* SPDX-License-Identifier: Apache-2.0 */
/* What the *_vfp kernels share: float32 on cores with a scalar FPU that has fused multiply-adds
 * (Cortex-M4, M7, M33). They are inline assembly, because compilers do not keep a tile in all 32
 * registers. */
#ifndef SPINDLE_VFP_H
#define SPINDLE_VFP_H

#if defined(__thumb2__) && defined(__ARM_FP) && defined(__ARM_FEATURE_FMA)
#define SPINDLE_VFP 1
#else
#define SPINDLE_VFP 0
#endif

/* FPv5 has VMAXNM and VMINNM. Armv8-M cores have it, and the older cores whose FPU has double
 * precision. */
#if SPINDLE_VFP && (__ARM_ARCH >= 8 || (__ARM_FP & 8) != 0)
#define SPINDLE_VFP_MAXNM 1
#else
#define SPINDLE_VFP_MAXNM 0
#endif

/* Limits a float in a core register to [0, hi], hi >= 0, on cores without VMAXNM. r11 is
 * spindle_vfp_limit(hi). It works on the bits as integers: floats >= 0 have the same order as their
 * bits, and negative floats are negative integers. */
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
