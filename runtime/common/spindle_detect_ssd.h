/* SPDX-License-Identifier: Apache-2.0 */
/* The search of spindle_detect_ssd_*. The including file defines
 *
 *   SPINDLE_DETECT_ELEMENT                  the type of the scores and offsets
 *   SPINDLE_DETECT_SCORE                    a type that holds a score for comparison
 *   spindle_box box_at(p, offsets, anchor)  the box of an anchor
 *   float real_score(p, score)              the real value of a score */
#ifndef SPINDLE_DETECT_SSD_H
#define SPINDLE_DETECT_SSD_H

#include "spindle_detect.h"

static inline void detect(const spindle_detect_ssd_params* p, const SPINDLE_DETECT_ELEMENT* score,
                          const SPINDLE_DETECT_ELEMENT* offsets, float* detections,
                          SPINDLE_DETECT_SCORE least) {
  const int32_t total = p->anchor_count * p->classes;
  SPINDLE_DETECT_SCORE last_score = 0;
  int32_t last = -1, count = 0;
  for (; count < p->most; ++count) {
    /* The best candidate that comes after the last detection. Candidates are ordered by score,
     * equal scores by position. */
    SPINDLE_DETECT_SCORE best_score = least;
    spindle_box best_box = {{0.0f, 0.0f}, {0.0f, 0.0f}};
    int32_t best = -1;
    for (int32_t i = 0; i < total; ++i) {
      const SPINDLE_DETECT_SCORE s = score[i];
      const int32_t label = i % p->classes;
      if (!(best < 0 ? s >= best_score : s > best_score) || label == p->background) continue;
      if (last >= 0 && (s > last_score || (s == last_score && i <= last))) continue;
      {
        const spindle_box box = box_at(p, offsets, i / p->classes);
        if (spindle_is_suppressed(detections, count, (float)label, &box, p->overlap)) continue;
        best_box = box;
      }
      best_score = s;
      best = i;
    }
    if (best < 0) break;
    spindle_put_detection(detections + count * SPINDLE_DETECTION_SIZE, (float)(best % p->classes),
                          real_score(p, best_score), &best_box);
    last = best;
    last_score = best_score;
  }
  for (; count < p->most; ++count) {
    const spindle_box none = {{0.0f, 0.0f}, {0.0f, 0.0f}};
    spindle_put_detection(detections + count * SPINDLE_DETECTION_SIZE, -1.0f, 0.0f, &none);
  }
}

#endif /* SPINDLE_DETECT_SSD_H */
