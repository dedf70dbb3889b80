/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"

void spindle_channel_slice(const spindle_channel_slice_params* p, const void* in, void* out,
                           int32_t pixels) {
  const char* x = (const char*)in + p->offset;
  char* y = (char*)out;
  for (int32_t i = 0; i < pixels; ++i) {
    memcpy(y, x, (size_t)p->bytes);
    x += p->pixel_bytes;
    y += p->bytes;
  }
}
