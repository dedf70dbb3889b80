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

/* Row r of the value whose buffer is at `base`. */
static inline const void* spindle_row(const void* base, spindle_rows rows, int32_t r) {
  const int32_t slot = rows.ring == rows.rows ? r : r % rows.ring;
  return (const char*)base + (ptrdiff_t)slot * rows.row_bytes;
}

#endif /* SPINDLE_WINDOW_H */
