/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"

void spindle_deinterleave(const spindle_planar_params* p, const void* in, void* out, int32_t y) {
  const int32_t bytes = p->element_bytes;
  const ptrdiff_t plane = (ptrdiff_t)p->rows * p->width * bytes;
  const ptrdiff_t step = (ptrdiff_t)p->channels * bytes;
  for (int32_t c = 0; c < p->channels; ++c) {
    const char* from = (const char*)in + (ptrdiff_t)c * bytes;
    char* to = (char*)out + c * plane + (ptrdiff_t)y * p->width * bytes;
    for (int32_t column = 0; column < p->width; ++column, from += step, to += bytes) {
      spindle_copy_element(to, from, bytes);
    }
  }
}
