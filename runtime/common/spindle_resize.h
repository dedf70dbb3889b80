/* SPDX-License-Identifier: Apache-2.0 */
/* Where a pixel of the output lies between pixels of the input, in one dimension. */
#ifndef SPINDLE_RESIZE_H
#define SPINDLE_RESIZE_H

#include "spindle.h"

typedef struct {
  int32_t first, second;
  float first_weight, second_weight;
} spindle_neighbors;

/* The neighbours of the coordinate `at`, 0 <= at <= extent - 1, and their weights. */
static inline spindle_neighbors spindle_neighbors_of(float at, int32_t extent) {
  spindle_neighbors n;
  n.first = spindle_min((int32_t)at, extent - 1);
  n.second = spindle_min(n.first + 1, extent - 1);
  n.first_weight = 0.5f;
  n.second_weight = 0.5f;
  if (n.first < n.second) {
    n.first_weight = (float)n.second - at;
    n.second_weight = at - (float)n.first;
  }
  return n;
}

/* The four input pixels around a pixel of the output: their weights, w with row and column, and
 * where the left and the right pixels begin in their rows, in elements. */
typedef struct {
  float w11, w12, w21, w22;
  ptrdiff_t left, right;
} spindle_corners;

static inline spindle_corners spindle_corners_of(spindle_neighbors rows, float column_at,
                                                 int32_t width, int32_t channels) {
  const spindle_neighbors columns = spindle_neighbors_of(column_at, width);
  spindle_corners corners;
  corners.w11 = rows.first_weight * columns.first_weight;
  corners.w12 = rows.first_weight * columns.second_weight;
  corners.w21 = rows.second_weight * columns.first_weight;
  corners.w22 = rows.second_weight * columns.second_weight;
  corners.left = (ptrdiff_t)columns.first * channels;
  corners.right = (ptrdiff_t)columns.second * channels;
  return corners;
}

#endif /* SPINDLE_RESIZE_H */
