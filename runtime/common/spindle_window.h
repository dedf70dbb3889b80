/* SPDX-License-Identifier: Apache-2.0 */
/* Which taps of a window are inside of the image, and where rows are in ring buffers. */
#ifndef SPINDLE_WINDOW_H
#define SPINDLE_WINDOW_H

#include "spindle.h"

/* The taps first, first + 1, ... last - 1 of one dimension; none if first >= last. */
typedef struct {
  int32_t first, last;
} spindle_taps;

/* The taps t, 0 <= t < kernel, whose position start + t * dilation is in [begin, end). */
static inline spindle_taps spindle_taps_inside(int32_t start, int32_t begin, int32_t end,
                                               int32_t kernel, int32_t dilation) {
  spindle_taps taps;
  taps.first = 0;
  taps.last = kernel;
  if (start < begin) taps.first = (begin - start + dilation - 1) / dilation;
  if (start + (kernel - 1) * dilation >= end) {
    taps.last = end > start ? (end - start + dilation - 1) / dilation : 0;
  }
  return taps;
}

static inline int32_t spindle_taps_count(spindle_taps taps) {
  return taps.last > taps.first ? taps.last - taps.first : 0;
}

/* The window of an output row or column, along one dimension of the input. */
typedef struct {
  int32_t start;     /* the position of tap 0; in the padding it is outside of the image */
  spindle_taps taps; /* the taps that are inside of the image */
} spindle_window;

static inline spindle_window spindle_window_at(int32_t position, int32_t stride, int32_t pad,
                                               int32_t extent, int32_t kernel, int32_t dilation) {
  spindle_window window;
  window.start = position * stride - pad;
  window.taps = spindle_taps_inside(window.start, 0, extent, kernel, dilation);
  return window;
}

/* The rows of the window of output row `y`, and the columns of that of output column `x`. `p`
 * points to any parameter struct with a window. */
#define SPINDLE_WINDOW_ROWS(p, y) \
  spindle_window_at((y), (p)->stride_h, (p)->pad_top, (p)->in.rows, (p)->kernel_h, (p)->dilation_h)
#define SPINDLE_WINDOW_COLUMNS(p, x)                                                 \
  spindle_window_at((x), (p)->stride_w, (p)->pad_left, (p)->in_width, (p)->kernel_w, \
                    (p)->dilation_w)

/* Row r of the value whose buffer is at `base`. */
static inline const void* spindle_row(const void* base, spindle_rows rows, int32_t r) {
  const int32_t slot = rows.ring == rows.rows ? r : r % rows.ring;
  return (const char*)base + (ptrdiff_t)slot * rows.row_bytes;
}

/* The same, or NULL if row r is outside of the image. */
static inline const void* spindle_row_inside(const void* base, spindle_rows rows, int32_t r) {
  return r >= 0 && r < rows.rows ? spindle_row(base, rows, r) : NULL;
}

#endif /* SPINDLE_WINDOW_H */
