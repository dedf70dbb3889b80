/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_dsp.h"
#include "spindle_gemm_dsp.h"
#include "spindle_window.h"

/* Widens the inputs of a window in the order of the packed weights: the whole words of each row,
 * then the bytes left of all rows, then zeros up to the depth. */

/* A window of 3 rows of 9 bytes, all inside of the image: 3 channels, 3 x 3. */
SPINDLE_INLINE void widen_colours(const int8_t* const* row, int32_t left, int32_t depth,
                                  uint32_t* out, int32_t pixels) {
  uint32_t rest = 0;
  SPINDLE_UNROLL
  for (int32_t i = 0; i < 3; ++i, out += 4 * pixels) {
    const int8_t* in = row[i] + left;
    spindle_widen4(spindle_load4(in), out, pixels);
    spindle_widen4(spindle_load4(in + 4), out + 2 * pixels, pixels);
    rest |= (uint32_t)(uint8_t)in[8] << 8 * i;
  }
  spindle_widen4(rest, out, pixels);
  for (int32_t k = 28; k < depth; k += 4) {
    out += 2 * pixels;
    spindle_widen4(0, out, pixels);
  }
}

/* Any window. Taps outside of the image are read as the zero point. */
static void widen_window(const spindle_stem_s8_dsp_params* p, const int8_t* const* row,
                         int32_t left, int32_t depth, uint32_t* out, int32_t pixels) {
  int8_t copy[SPINDLE_STEM_S8_DSP_TAPS];
  const int32_t run = p->kernel_w * p->in_channels;
  const int32_t words = run / 4 * 4;
  const int32_t width = p->in_width * p->in_channels;
  int8_t* rest = copy + words * p->kernel_h;
  memset(copy, 0, sizeof copy);
  for (int32_t i = 0; i < p->kernel_h; ++i) {
    for (int32_t k = 0; k < run; ++k) {
      const bool inside = row[i] != NULL && left + k >= 0 && left + k < width;
      const int8_t value = inside ? row[i][left + k] : (int8_t)p->in_zero;
      if (k < words) {
        copy[i * words + k] = value;
      } else {
        *rest++ = value;
      }
    }
  }
  for (int32_t k = 0; k < depth; k += 4, out += 2 * pixels) {
    spindle_widen4(spindle_load4(copy + k), out, pixels);
  }
}

/* Widens the window of one output pixel. `cut` is true if one of its rows is outside of the image.
 * `pixels` is a constant at the calls. */
SPINDLE_INLINE void widen_pixel(const spindle_stem_s8_dsp_params* p, const int8_t* const* row,
                                bool cut, int32_t column, int32_t depth, uint32_t* out,
                                int32_t pixels) {
  const int32_t run = p->kernel_w * p->in_channels;
  const int32_t left = (column * p->stride_w - p->pad_left) * p->in_channels;
  const bool inside = !cut && left >= 0 && left + run <= p->in_width * p->in_channels;
  if (inside && p->kernel_h == 3 && run == 9) {
    widen_colours(row, left, depth, out, pixels);
  } else {
    widen_window(p, row, left, depth, out, pixels);
  }
}

SPINDLE_INLINE void widen_strip(const spindle_stem_s8_dsp_params* p, const int8_t* const* row,
                                bool cut, int32_t column, int32_t depth, uint32_t* out,
                                int32_t pixels) {
  for (int32_t i = 0; i < pixels; ++i) {
    widen_pixel(p, row, cut, column + i, depth, out + i, pixels);
  }
}

/* Returns whether a row of the window is outside of the image. */
static bool find_rows(const spindle_stem_s8_dsp_params* p, const void* in, int32_t y,
                      const int8_t** row) {
  bool cut = false;
  for (int32_t i = 0; i < p->kernel_h; ++i) {
    const int32_t r = y * p->stride_h - p->pad_top + i;
    row[i] = (const int8_t*)spindle_row_inside(in, p->in, r);
    cut |= row[i] == NULL;
  }
  return cut;
}

void spindle_stem_s8_dsp(const spindle_stem_s8_dsp_params* p, const void* in, void* out,
                         void* scratch, int32_t y, int32_t x, int32_t n) {
  const int32_t depth = (p->kernel_h * p->kernel_w * p->in_channels + 3) / 4 * 4;
  spindle_gemm_s8_dsp_params gemm;
  gemm.weights = p->weights;
  gemm.weight_zero = p->weight_zero;
  gemm.depth = depth;
  gemm.out_channels = p->out_channels;
  gemm.out_zero = p->out_zero;
  gemm.lo = p->lo;
  gemm.hi = p->hi;
  const int8_t* row[SPINDLE_STEM_S8_DSP_ROWS];
  const bool cut = find_rows(p, in, y, row);
  uint32_t* const first = (uint32_t*)scratch;
  uint32_t* widened = first + depth / 2 * spindle_min(n, p->chunk);
  int8_t* pixel = (int8_t*)out;
  while (n > 0) {
    const int32_t count = spindle_min(n, p->chunk);
    const spindle_strips strips = spindle_strips_of(count);
    uint32_t* inputs = first;
    for (int32_t done = 0; done < count;) {
      const int32_t size = spindle_strip_size(strips, done);
      if (size == 4) {
        widen_strip(p, row, cut, x + done, depth, inputs, 4);
      } else if (size == 3) {
        widen_strip(p, row, cut, x + done, depth, inputs, 3);
      } else {
        widen_strip(p, row, cut, x + done, depth, inputs, 1);
      }
      inputs += depth / 2 * size;
      done += size;
    }
    spindle_gemm_s8_dsp(&gemm, first, widened, pixel, count);
    pixel += count * p->out_channels;
    x += count;
    n -= count;
  }
}
