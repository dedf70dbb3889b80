/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"
#include "spindle_window.h"

void spindle_depth_to_space(const spindle_depth_to_space_params* p, const void* in, void* out,
                            int32_t y, int32_t x, int32_t n) {
  const int32_t from_y = y + p->crop_top;
  const int32_t pixels = p->block_rows * p->block_columns;
  const ptrdiff_t run = p->run_bytes;
  const char* row = (const char*)spindle_row(in, p->in, from_y / p->block_rows) +
                    from_y % p->block_rows * p->block_columns * run;
  char* to = (char*)out;
  for (int32_t i = x + p->crop_left; i < x + p->crop_left + n; ++i) {
    const char* from =
        row + ((ptrdiff_t)(i / p->block_columns) * p->runs * pixels + i % p->block_columns) * run;
    for (int32_t r = 0; r < p->runs; ++r, from += pixels * run, to += run) {
      spindle_copy_element(to, from, p->run_bytes);
    }
  }
}
