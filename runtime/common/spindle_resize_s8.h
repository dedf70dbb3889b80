/* SPDX-License-Identifier: Apache-2.0 */
/* Linear interpolation of 8-bit pixels, for spindle_resize_linear_s8*.
 *
 * The exact result takes some forty operations. But a result that is slightly off rounds to the
 * same integer, unless it lies near a tie (a value halfway between two integers). And between two
 * input columns, a value moves on a straight line. So results are computed on that line, in units
 * of 2^-16, and only those near a tie are computed again exactly.
 *
 * How near: with e = 2^-24 and M = 255 * in_scale / out_scale, the exact computation is off by up
 * to 7 e M and the line by 11 e M. If in_scale <= 2 * out_scale, that is less than 0.0006, or 37
 * units. */
#ifndef SPINDLE_RESIZE_S8_H
#define SPINDLE_RESIZE_S8_H

#include "spindle.h"
#include "spindle_compiler.h"
#include "spindle_resize.h"
#include "spindle_window.h"

#define SPINDLE_RESIZE_UNITS 65536
#define SPINDLE_RESIZE_NEAR 64     /* distance from a tie, in units */
#define SPINDLE_RESIZE_CHANNELS 32 /* channels of a block */

/* The two input rows around an output row (or pixels in them), and the weights of the rows. */
typedef struct {
  const int8_t *above, *below;
  spindle_neighbors at;
} spindle_resize_rows;

/* The lines of a block of channels: the value at the left column, and the change from there to the
 * right column, in units of 2^-16 of the output, without its zero point. */
typedef struct {
  float start[SPINDLE_RESIZE_CHANNELS], change[SPINDLE_RESIZE_CHANNELS];
} spindle_resize_lines;

/* Channel c of a pixel, exactly as docs/numeric-contract.md says. */
static inline int8_t spindle_resize_exactly(const spindle_resize_linear_params* p,
                                            const spindle_resize_rows* rows,
                                            const spindle_corners* k, int32_t c) {
  const int32_t in_zero = p->in_zero;
  const float lo = (float)(-128 - p->out_zero), hi = (float)(127 - p->out_zero);
  const int8_t *above = rows->above + c, *below = rows->below + c;
  float sum = k->w11 * ((float)(above[k->left] - in_zero) * p->in_scale);
  sum += k->w12 * ((float)(above[k->right] - in_zero) * p->in_scale);
  sum += k->w21 * ((float)(below[k->left] - in_zero) * p->in_scale);
  sum += k->w22 * ((float)(below[k->right] - in_zero) * p->in_scale);
  return (int8_t)(spindle_round(spindle_clamp(sum / p->out_scale, lo, hi)) + p->out_zero);
}

/* Computes the lines of channels c to c + count - 1 between two columns. */
SPINDLE_INLINE void spindle_resize_find_lines(const spindle_resize_linear_params* p,
                                              const spindle_resize_rows* rows,
                                              const spindle_corners* k, int32_t c, int32_t count,
                                              spindle_resize_lines* lines) {
  const int8_t *v11 = rows->above + k->left + c, *v12 = rows->above + k->right + c;
  const int8_t *v21 = rows->below + k->left + c, *v22 = rows->below + k->right + c;
  const float unit = p->in_scale / p->out_scale * (float)SPINDLE_RESIZE_UNITS;
  const float first = rows->at.first_weight * unit, second = rows->at.second_weight * unit;
  const int32_t in_zero = p->in_zero;
  for (int32_t i = 0; i < count; ++i) {
    const float left = first * (float)(v11[i] - in_zero) + second * (float)(v21[i] - in_zero);
    const float right = first * (float)(v12[i] - in_zero) + second * (float)(v22[i] - in_zero);
    lines->start[i] = left;
    lines->change[i] = right - left;
  }
}

/* Computes again, exactly, those of channels c to c + count - 1 that are near a tie. It takes twice
 * the necessary distance, so that it does not matter how the caller rounds. */
static inline void spindle_resize_mend(const spindle_resize_linear_params* p,
                                       const spindle_resize_rows* rows, const spindle_corners* k,
                                       float weight, int32_t c, int32_t count,
                                       const spindle_resize_lines* lines, int8_t* out) {
  const int32_t middle = SPINDLE_RESIZE_UNITS / 2 + 2 * SPINDLE_RESIZE_NEAR;
  for (int32_t i = 0; i < count; ++i) {
    const int32_t units = (int32_t)(lines->start[i] + lines->change[i] * weight) + middle;
    if ((uint16_t)units >= 4 * SPINDLE_RESIZE_NEAR) continue;
    out[i] = spindle_resize_exactly(p, rows, k, c + i);
  }
}

/* Channel i of a pixel. `near` becomes negative if the value is near a tie. */
SPINDLE_INLINE int8_t spindle_resize_on_line(const spindle_resize_lines* lines, int32_t i,
                                             float weight, int32_t offset, int32_t saturates,
                                             int32_t* near) {
  const int32_t units = (int32_t)(lines->start[i] + lines->change[i] * weight) + offset;
  int32_t value = units >> 16;
  *near |= (int32_t)(uint16_t)units - 2 * SPINDLE_RESIZE_NEAR;
  if (saturates) {
    value = value < -128 ? -128 : value;
    value = value > 127 ? 127 : value;
  }
  return (int8_t)value;
}

/* Computes a block of channels of one pixel, at the position `weight` between the columns (0: left,
 * 1: right). Returns whether any value is near a tie. Each kernel defines its own. */
SPINDLE_INLINE int32_t spindle_resize_pixel(const spindle_resize_linear_params* p,
                                            const spindle_resize_lines* lines, float weight,
                                            int32_t count, int8_t* out);

static inline void spindle_resize_all_exactly(const spindle_resize_linear_params* p,
                                              const spindle_resize_rows* rows, int8_t* out,
                                              int32_t x, int32_t n) {
  for (int32_t i = x; i < x + n; ++i) {
    const spindle_corners k =
        spindle_corners_of(rows->at, p->column_at[i], p->in_width, p->channels);
    for (int32_t c = 0; c < p->channels; ++c) *out++ = spindle_resize_exactly(p, rows, &k, c);
  }
}

SPINDLE_INLINE void spindle_resize_along_lines(const spindle_resize_linear_params* p,
                                               const spindle_resize_rows* rows, int8_t* out,
                                               int32_t x, int32_t n) {
  const int32_t channels = p->channels, end = x + n;
  while (x < end) {
    const int32_t left = spindle_neighbors_of(p->column_at[x], p->in_width).first;
    int32_t stop = x + 1;
    while (stop < end && (int32_t)p->column_at[stop] == left) ++stop;
    for (int32_t c = 0; c < channels; c += SPINDLE_RESIZE_CHANNELS) {
      const int32_t count = spindle_min(channels - c, SPINDLE_RESIZE_CHANNELS);
      spindle_corners k = spindle_corners_of(rows->at, p->column_at[x], p->in_width, channels);
      spindle_resize_lines lines;
      spindle_resize_find_lines(p, rows, &k, c, count, &lines);
      int8_t* y = out + c;
      for (int32_t i = x; i < stop; ++i, y += channels) {
        const float weight = spindle_neighbors_of(p->column_at[i], p->in_width).second_weight;
        if (!spindle_resize_pixel(p, &lines, weight, count, y)) continue;
        k = spindle_corners_of(rows->at, p->column_at[i], p->in_width, channels);
        spindle_resize_mend(p, rows, &k, weight, c, count, &lines, y);
      }
    }
    out += (ptrdiff_t)(stop - x) * channels;
    x = stop;
  }
}

/* The whole of spindle_resize_linear_s8. */
SPINDLE_INLINE void spindle_resize_linear(const spindle_resize_linear_params* p, const void* in,
                                          int8_t* out, int32_t y, int32_t x, int32_t n) {
  spindle_resize_rows rows;
  rows.at = spindle_neighbors_of(p->row_at[y], p->in.rows);
  rows.above = (const int8_t*)spindle_row(in, p->in, rows.at.first);
  rows.below = (const int8_t*)spindle_row(in, p->in, rows.at.second);
  if (p->in_scale <= 2.0f * p->out_scale) {
    spindle_resize_along_lines(p, &rows, out, x, n);
  } else {
    spindle_resize_all_exactly(p, &rows, out, x, n);
  }
}

#endif /* SPINDLE_RESIZE_S8_H */
