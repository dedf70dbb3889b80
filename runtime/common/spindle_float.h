/* SPDX-License-Identifier: Apache-2.0 */
/* What float kernels share. */
#ifndef SPINDLE_FLOAT_H
#define SPINDLE_FLOAT_H

/* x clamped to [lo, hi]; NaN stays NaN. */
static inline float spindle_limit(float x, float lo, float hi) {
  const float raised = x < lo ? lo : x;
  return raised > hi ? hi : raised;
}

#endif /* SPINDLE_FLOAT_H */
