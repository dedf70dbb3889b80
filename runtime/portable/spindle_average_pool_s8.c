/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
#include "spindle_window.h"

/* Channels that are summed together; each needs an accumulator. */
enum { block = 16 };

/* Sums in float, in the order of the taps, and rounds once, after adding the zero point. */
void spindle_average_pool_s8(const spindle_average_pool_s8_params* params, const void* in,
                             void* out, int32_t y) {
  const spindle_pool_params* p = &params->window;
  const float in_scale = params->in_scale, out_scale = params->out_scale;
  const int32_t in_zero = params->in_zero, offset = params->out_offset;
  const float out_zero = (float)(params->out_zero + offset);
  const float lo = (float)(offset - 128), hi = (float)(offset + 127);
  const int32_t channels = p->channels;
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  int8_t* pixel = (int8_t*)out;
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    const int32_t inside = spindle_taps_count(rows.taps) * spindle_taps_count(columns.taps);
    const int32_t taps = p->count_include_pad ? p->kernel_h * p->kernel_w : inside;
    const float count = taps > 0 ? (float)taps : 1.0f;
    for (int32_t begin = 0; begin < channels; begin += block) {
      const int32_t end = spindle_min(channels - begin, block);
      float sum[block] = {0};
      for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
        const int8_t* row = (const int8_t*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
        for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
          const int8_t* x = row + (columns.start + kx * p->dilation_w) * channels + begin;
          for (int32_t c = 0; c < end; ++c) {
            const float value = (float)(x[c] - in_zero) * in_scale;
            sum[c] += value;
          }
        }
      }
      for (int32_t c = 0; c < end; ++c) {
        const float steps = sum[c] / count / out_scale;
        const float shifted = steps + out_zero;
        pixel[begin + c] = (int8_t)(spindle_round(spindle_clamp(shifted, lo, hi)) - offset);
      }
    }
  }
}
