/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"
#include "spindle_window.h"

void spindle_resize_nearest(const spindle_resize_nearest_params* p, const void* in, void* out,
                            int32_t y, int32_t x, int32_t n) {
  const char* row = (const char*)spindle_row(in, p->in, p->row_from[y]);
  char* to = (char*)out;
  for (int32_t i = x; i < x + n; ++i, to += p->pixel_bytes) {
    spindle_copy_element(to, row + (ptrdiff_t)p->column_from[i] * p->pixel_bytes, p->pixel_bytes);
  }
}
