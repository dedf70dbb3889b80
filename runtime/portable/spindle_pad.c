/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"

/* The index of the input element that goes to `index` of the output, or -1 in the padding. */
static inline ptrdiff_t source(const spindle_pad_params* p, const int32_t* index) {
  ptrdiff_t at = 0;
  for (int32_t d = 0; d < p->rank; ++d) {
    const int32_t i = index[d] - p->before[d];
    if (i < 0 || i >= p->in_extent[d]) return -1;
    at = at * p->in_extent[d] + i;
  }
  return at;
}

void spindle_pad(const spindle_pad_params* p, const void* in, void* out) {
  const int32_t bytes = p->element_bytes;
  int32_t index[SPINDLE_MAX_RANK] = {0};
  char fill[8] = {0};
  char* to = (char*)out;
  memcpy(fill, &p->fill, sizeof p->fill);
  if (spindle_is_empty(p->out_extent, p->rank)) return;
  do {
    const ptrdiff_t at = source(p, index);
    spindle_copy_element(to, at < 0 ? fill : (const char*)in + at * bytes, bytes);
    to += bytes;
  } while (spindle_next_index(index, p->out_extent, p->rank));
}
