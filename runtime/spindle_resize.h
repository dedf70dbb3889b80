/* Where a resized pixel lies between those of its input, in one dimension. */
#ifndef SPINDLE_RESIZE_H
#define SPINDLE_RESIZE_H

#include "spindle.h"

typedef struct {
  int32_t first, second;
  float first_weight, second_weight;
} spindle_neighbors;

/* The neighbours of coordinate `at`, 0 <= at <= extent - 1. */
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

#endif /* SPINDLE_RESIZE_H */
