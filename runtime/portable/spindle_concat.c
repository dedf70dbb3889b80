/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"

void spindle_concat(const spindle_concat_params* p, const void* in, void* out) {
  const char* x = (const char*)in;
  char* y = (char*)out + p->out_offset;
  for (int32_t i = 0; i < p->outer; ++i) {
    memcpy(y, x, (size_t)p->chunk_bytes);
    x += p->chunk_bytes;
    y += p->out_stride;
  }
}
