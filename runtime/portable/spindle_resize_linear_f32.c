/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_resize.h"
#include "spindle_window.h"

void spindle_resize_linear_f32(const spindle_resize_linear_params* p, const void* in, void* out,
                               int32_t y, int32_t x, int32_t n) {
  const spindle_neighbors rows = spindle_neighbors_of(p->row_at[y], p->in.rows);
  const float* above = (const float*)spindle_row(in, p->in, rows.first);
  const float* below = (const float*)spindle_row(in, p->in, rows.second);
  const int32_t channels = p->channels;
  float* pixel = (float*)out;
  for (int32_t i = x; i < x + n; ++i, pixel += channels) {
    const spindle_corners k = spindle_corners_of(rows, p->column_at[i], p->in_width, channels);
    const float *v11 = above + k.left, *v12 = above + k.right;
    const float *v21 = below + k.left, *v22 = below + k.right;
    for (int32_t c = 0; c < channels; ++c) {
      float sum = k.w11 * v11[c];
      sum += k.w12 * v12[c];
      sum += k.w21 * v21[c];
      sum += k.w22 * v22[c];
      pixel[c] = sum;
    }
  }
}
