/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of two values. */
#ifndef SPINDLE_BINARY_H
#define SPINDLE_BINARY_H

#include "spindle.h"

/* Every spindle_binary_kind but SPINDLE_POW. */
static inline float spindle_combine(int32_t kind, float a, float b) {
  switch (kind) {
    case SPINDLE_ADD:
      return a + b;
    case SPINDLE_SUB:
      return a - b;
    case SPINDLE_MUL:
      return a * b;
    case SPINDLE_DIV:
      return a / b;
    case SPINDLE_MIN:
      return b < a ? b : a;
    case SPINDLE_MAX:
      return a < b ? b : a;
    default: /* SPINDLE_PRELU */
      return a < 0 ? b * a : a;
  }
}

#endif /* SPINDLE_BINARY_H */
