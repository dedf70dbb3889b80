/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_window.h"

void spindle_max_pool_s8(const spindle_pool_params* p, const void* in, void* out, int32_t y) {
  const int32_t channels = p->channels;
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    for (int32_t c = 0; c < channels; ++c) pixel[c] = -128;
    for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
      const int8_t* row = (const int8_t*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
      for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
        const int8_t* x = row + (columns.start + kx * p->dilation_w) * channels;
        for (int32_t c = 0; c < channels; ++c) pixel[c] = x[c] > pixel[c] ? x[c] : pixel[c];
      }
    }
  }
}
