/* SPDX-License-Identifier: Apache-2.0 */
/* Copying elements of any size, and iterating over tensors of any rank. */
#ifndef SPINDLE_ELEMENT_H
#define SPINDLE_ELEMENT_H

#include <string.h>

#include "spindle.h"

/* Copies one element. The sizes of int8 and float are constants here, so that each is one
 * instruction. */
static inline void spindle_copy_element(char* to, const char* from, int32_t bytes) {
  if (bytes == 1) {
    *to = *from;
  } else if (bytes == 4) {
    memcpy(to, from, 4);
  } else {
    memcpy(to, from, (size_t)bytes);
  }
}

/* Advances `index` to the next position of extent[0 .. rank - 1], in row-major order. Returns 0
 * after the last position; `index` is then at the first one again. */
static inline int spindle_next_index(int32_t* index, const int32_t* extent, int32_t rank) {
  for (int32_t d = rank - 1; d >= 0; --d) {
    if (++index[d] < extent[d]) return 1;
    index[d] = 0;
  }
  return 0;
}

/* Whether a tensor has no elements. */
static inline int spindle_is_empty(const int32_t* extent, int32_t rank) {
  for (int32_t d = 0; d < rank; ++d) {
    if (extent[d] <= 0) return 1;
  }
  return 0;
}

/* Sum of index[d] * stride[d]. */
static inline ptrdiff_t spindle_offset(const int32_t* index, const int32_t* stride, int32_t rank) {
  ptrdiff_t offset = 0;
  for (int32_t d = 0; d < rank; ++d) offset += (ptrdiff_t)index[d] * stride[d];
  return offset;
}

#endif /* SPINDLE_ELEMENT_H */
