/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"

void spindle_gather(const spindle_gather_params* p, const void* in, void* out) {
  const char* x = (const char*)in;
  char* y = (char*)out;
  for (int32_t o = 0; o < p->outer; ++o, x += (ptrdiff_t)p->extent * p->inner_bytes) {
    for (int32_t i = 0; i < p->count; ++i, y += p->inner_bytes) {
      memcpy(y, x + (ptrdiff_t)p->index[i] * p->inner_bytes, (size_t)p->inner_bytes);
    }
  }
}
