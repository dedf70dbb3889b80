/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"

void spindle_strided_copy(const spindle_strided_copy_params* p, const void* in, void* out) {
  const int32_t bytes = p->element_bytes;
  int32_t index[SPINDLE_MAX_RANK] = {0};
  char* to = (char*)out;
  if (spindle_is_empty(p->extent, p->rank)) return;
  do {
    const ptrdiff_t from = p->offset + spindle_offset(index, p->stride, p->rank);
    spindle_copy_element(to, (const char*)in + from * bytes, bytes);
    to += bytes;
  } while (spindle_next_index(index, p->extent, p->rank));
}
