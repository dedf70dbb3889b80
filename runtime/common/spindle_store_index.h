/* SPDX-License-Identifier: Apache-2.0 */
/* Storing indices as integers of several widths. */
#ifndef SPINDLE_STORE_INDEX_H
#define SPINDLE_STORE_INDEX_H

#include <string.h>

#include "spindle.h"

/* Stores `value` as element `position` of `out`, whose elements have `bytes` bytes (1, 4 or 8). */
static inline void spindle_store_index(void* out, int32_t position, int32_t value, int32_t bytes) {
  char* to = (char*)out + (ptrdiff_t)position * bytes;
  const int64_t wide = value;
  const uint8_t narrow = (uint8_t)value;
  if (bytes == 1) {
    memcpy(to, &narrow, 1);
  } else if (bytes == 4) {
    memcpy(to, &value, 4);
  } else {
    memcpy(to, &wide, 8);
  }
}

#endif /* SPINDLE_STORE_INDEX_H */
