/* SPDX-License-Identifier: Apache-2.0 */
/* The search of spindle_max_pool_*. The including file defines SPINDLE_MAX_POOL_ELEMENT, the type
 * of the elements, and SPINDLE_MAX_POOL_LEAST, the result of a window that is all padding. */
#ifndef SPINDLE_MAX_POOL_H
#define SPINDLE_MAX_POOL_H

#include "spindle.h"
#include "spindle_window.h"

static inline void spindle_max_pool(const spindle_pool_params* p, const void* in,
                                    SPINDLE_MAX_POOL_ELEMENT* pixel, int32_t y) {
  const int32_t channels = p->channels;
  const spindle_window rows = SPINDLE_WINDOW_ROWS(p, y);
  for (int32_t column = 0; column < p->out_width; ++column, pixel += channels) {
    const spindle_window columns = SPINDLE_WINDOW_COLUMNS(p, column);
    for (int32_t c = 0; c < channels; ++c) pixel[c] = SPINDLE_MAX_POOL_LEAST;
    for (int32_t ky = rows.taps.first; ky < rows.taps.last; ++ky) {
      const SPINDLE_MAX_POOL_ELEMENT* row =
          (const SPINDLE_MAX_POOL_ELEMENT*)spindle_row(in, p->in, rows.start + ky * p->dilation_h);
      for (int32_t kx = columns.taps.first; kx < columns.taps.last; ++kx) {
        const SPINDLE_MAX_POOL_ELEMENT* x = row + (columns.start + kx * p->dilation_w) * channels;
        for (int32_t c = 0; c < channels; ++c) pixel[c] = x[c] > pixel[c] ? x[c] : pixel[c];
      }
    }
  }
}

#endif /* SPINDLE_MAX_POOL_H */
