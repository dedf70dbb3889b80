/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_window.h"

void spindle_max_pool_s8(const spindle_pool_params* p, const void* in, void* out, int32_t y) {
  const int32_t channels = p->channels;
  const int32_t top = y * p->stride_h - p->pad_top;
  const spindle_taps rows = spindle_taps_inside(top, 0, p->in.rows, p->kernel_h, p->dilation_h);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const int32_t left = column * p->stride_w - p->pad_left;
    const spindle_taps columns =
        spindle_taps_inside(left, 0, p->in_width, p->kernel_w, p->dilation_w);
    for (int32_t c = 0; c < channels; ++c) pixel[c] = -128;
    for (int32_t ky = rows.first; ky < rows.last; ++ky) {
      const int8_t* row = (const int8_t*)spindle_row(in, p->in, top + ky * p->dilation_h);
      for (int32_t kx = columns.first; kx < columns.last; ++kx) {
        const int8_t* x = row + (left + kx * p->dilation_w) * channels;
        for (int32_t c = 0; c < channels; ++c) pixel[c] = x[c] > pixel[c] ? x[c] : pixel[c];
      }
    }
  }
}
