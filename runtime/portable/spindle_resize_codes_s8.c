/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_resize.h"
#include "spindle_window.h"

void spindle_resize_codes_s8(const spindle_resize_linear_params* p, const void* in, void* out,
                             int32_t y, int32_t x, int32_t n) {
  const spindle_neighbors rows = spindle_neighbors_of(p->row_at[y], p->in.rows);
  const int8_t* above = (const int8_t*)spindle_row(in, p->in, rows.first);
  const int8_t* below = (const int8_t*)spindle_row(in, p->in, rows.second);
  const int32_t channels = p->channels;
  const int32_t zero = p->in_zero;
  int8_t* pixel = (int8_t*)out;
  for (int32_t i = x; i < x + n; ++i, pixel += channels) {
    const spindle_corners k = spindle_corners_of(rows, p->column_at[i], p->in_width, channels);
    const int8_t *v11 = above + k.left, *v12 = above + k.right;
    const int8_t *v21 = below + k.left, *v22 = below + k.right;
    for (int32_t c = 0; c < channels; ++c) {
      float sum = k.w11 * (float)(v11[c] - zero);
      sum += k.w12 * (float)(v12[c] - zero);
      sum += k.w21 * (float)(v21[c] - zero);
      sum += k.w22 * (float)(v22[c] - zero);
      pixel[c] = (int8_t)((int32_t)sum + zero);
    }
  }
}
