/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes the boxes of a single-shot detector, and tells whether two boxes overlap. */
#ifndef SPINDLE_DETECT_H
#define SPINDLE_DETECT_H

#include "spindle.h"

/* Two corners; low <= high on both axes, unless the box is empty. */
typedef struct {
  float low[2], high[2];
} spindle_box;

/* The box for an anchor, whose centre is anchor[0..1] and whose size is anchor[2..3]. `offset` has
 * four values, already multiplied by the variances. If `corners` is set, they move the low and the
 * high corner, in units of the anchor's size. Otherwise the first two move the centre, in the same
 * units, and the last two are the factors by which the size changes. */
static inline spindle_box spindle_decode_box(const float* offset, const float* anchor,
                                             int32_t corners) {
  spindle_box box;
  for (int32_t d = 0; d < 2; ++d) {
    const float size = anchor[2 + d];
    if (corners) {
      box.low[d] = anchor[d] - size * 0.5f + offset[d] * size;
      box.high[d] = anchor[d] + size * 0.5f + offset[2 + d] * size;
    } else {
      const float center = anchor[d] + offset[d] * size;
      const float half = offset[2 + d] * size * 0.5f;
      box.low[d] = center - half;
      box.high[d] = center + half;
    }
  }
  return box;
}

static inline float spindle_box_area(const spindle_box* box) {
  const float height = box->high[0] - box->low[0];
  const float width = box->high[1] - box->low[1];
  return height > 0.0f && width > 0.0f ? height * width : 0.0f;
}

/* Whether intersection / union > limit. */
static inline int spindle_boxes_overlap(const spindle_box* a, const spindle_box* b, float limit) {
  spindle_box common;
  for (int32_t d = 0; d < 2; ++d) {
    common.low[d] = a->low[d] > b->low[d] ? a->low[d] : b->low[d];
    common.high[d] = a->high[d] < b->high[d] ? a->high[d] : b->high[d];
  }
  {
    const float shared = spindle_box_area(&common);
    const float all = spindle_box_area(a) + spindle_box_area(b) - shared;
    return all > 0.0f && shared > limit * all;
  }
}

/* Floats of one detection: class, score, low[0], low[1], high[0], high[1]. */
#define SPINDLE_DETECTION_SIZE 6

/* Whether `box`, of class `label`, overlaps one of the `count` detections of that class by more
 * than `limit`. */
static inline int spindle_is_suppressed(const float* detections, int32_t count, float label,
                                        const spindle_box* box, float limit) {
  for (int32_t i = 0; i < count; ++i) {
    const float* other = detections + i * SPINDLE_DETECTION_SIZE;
    if (other[0] == label) {
      spindle_box kept;
      kept.low[0] = other[2];
      kept.low[1] = other[3];
      kept.high[0] = other[4];
      kept.high[1] = other[5];
      if (spindle_boxes_overlap(&kept, box, limit)) return 1;
    }
  }
  return 0;
}

static inline void spindle_put_detection(float* to, float label, float score,
                                         const spindle_box* box) {
  to[0] = label;
  to[1] = score;
  to[2] = box->low[0];
  to[3] = box->low[1];
  to[4] = box->high[0];
  to[5] = box->high[1];
}

#endif /* SPINDLE_DETECT_H */
