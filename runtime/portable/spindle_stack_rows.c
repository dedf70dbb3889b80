/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"
#include "spindle_window.h"

void spindle_stack_rows(const spindle_stack_rows_params* p, const void* in, void* out, int32_t y) {
  const int32_t row = y - p->first_row;
  if (row < 0 || row >= p->in.rows) return;
  memcpy(out, spindle_row(in, p->in, row), (size_t)p->in.row_bytes);
}
