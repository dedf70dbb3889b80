/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"
#include "spindle_window.h"

void spindle_image_slice(const spindle_image_slice_params* p, const void* in, void* out, int32_t y,
                         int32_t x, int32_t n) {
  const char* row = (const char*)spindle_row(in, p->in, p->first_row + y * p->row_step);
  const ptrdiff_t first = p->first_column + (ptrdiff_t)x * p->column_step;
  const char* pixel = row + first * p->pixel_bytes + p->offset;
  char* to = (char*)out;
  for (int32_t i = 0; i < n; ++i) {
    memcpy(to, pixel, (size_t)p->bytes);
    pixel += (ptrdiff_t)p->column_step * p->pixel_bytes;
    to += p->bytes;
  }
}
