/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_window.h"

/* The number of taps of one dimension by which the average divides: those inside of the image or,
 * if `padding` is set, also those in the padding. */
static inline int32_t counted(spindle_window window, int32_t extent, int32_t before, int32_t after,
                              int32_t kernel, int32_t dilation, int32_t padding) {
  spindle_taps taps = window.taps;
  if (padding) taps = spindle_taps_inside(window.start, -before, extent + after, kernel, dilation);
  return spindle_taps_count(taps);
}

void spindle_average_pool_f32(const spindle_pool_params* p, const void* in, void* out, int32_t y) {
  const int32_t channels = p->channels;
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  const int32_t height = counted(rows, p->in.rows, p->pad_top, p->pad_bottom, p->kernel_h,
                                 p->dilation_h, p->count_include_pad);
  float* pixel = (float*)out;
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    const int32_t width = counted(columns, p->in_width, p->pad_left, p->pad_right, p->kernel_w,
                                  p->dilation_w, p->count_include_pad);
    const float count = (float)(height * width);
    for (int32_t c = 0; c < channels; ++c) pixel[c] = 0.0f;
    for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
      const float* row = (const float*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
      for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
        const float* x = row + (columns.start + kx * p->dilation_w) * channels;
        for (int32_t c = 0; c < channels; ++c) pixel[c] += x[c];
      }
    }
    if (count > 0.0f) {
      for (int32_t c = 0; c < channels; ++c) pixel[c] /= count;
    }
  }
}
