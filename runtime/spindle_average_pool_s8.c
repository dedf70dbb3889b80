#include "spindle.h"
#include "spindle_requantize.h"
#include "spindle_window.h"

/* Channels summed together: so many accumulators. */
enum { block = 16 };

/* How many taps of one dimension count: those inside of the image, or also those in its padding. */
static inline int32_t counted(spindle_taps inside, int32_t start, int32_t extent, int32_t before,
                              int32_t after, int32_t kernel, int32_t dilation, int32_t padding) {
  spindle_taps taps = inside;
  if (padding) taps = spindle_taps_inside(start, -before, extent + after, kernel, dilation);
  return taps.last > taps.first ? taps.last - taps.first : 0;
}

void spindle_average_pool_s8(const spindle_average_pool_s8_params* params, const void* in,
                             void* out, int32_t y) {
  const spindle_pool_params* p = &params->window;
  const spindle_range range = spindle_output_range(params->out_zero, -128, 127);
  const int32_t channels = p->channels;
  const int32_t top = y * p->stride_h - p->pad_top;
  const spindle_taps rows = spindle_taps_inside(top, 0, p->in.rows, p->kernel_h, p->dilation_h);
  const int32_t height = counted(rows, top, p->in.rows, p->pad_top, p->pad_bottom, p->kernel_h,
                                 p->dilation_h, p->count_include_pad);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const int32_t left = column * p->stride_w - p->pad_left;
    const spindle_taps columns =
        spindle_taps_inside(left, 0, p->in_width, p->kernel_w, p->dilation_w);
    const int32_t width = counted(columns, left, p->in_width, p->pad_left, p->pad_right,
                                  p->kernel_w, p->dilation_w, p->count_include_pad);
    const int32_t count = height * width;
    const float scale = params->out_scale * (float)count;
    const float multiplier = count > 0 ? params->in_scale / scale : 0.0f;
    for (int32_t begin = 0; begin < channels; begin += block) {
      const int32_t end = spindle_min(channels - begin, block);
      int32_t sum[block] = {0};
      for (int32_t ky = rows.first; ky < rows.last; ++ky) {
        const int8_t* row = (const int8_t*)spindle_row(in, p->in, top + ky * p->dilation_h);
        for (int32_t kx = columns.first; kx < columns.last; ++kx) {
          const int8_t* x = row + (left + kx * p->dilation_w) * channels + begin;
          for (int32_t c = 0; c < end; ++c) sum[c] += x[c] - params->in_zero;
        }
      }
      for (int32_t c = 0; c < end; ++c) {
        pixel[begin + c] = spindle_requantize(sum[c], multiplier, range);
      }
    }
  }
}
