#include "spindle.h"
#include "spindle_round.h"
/* after the settings of spindle_round.h */
#include "spindle_detect.h"

static spindle_box box_at(const spindle_detect_ssd_params* p, const int8_t* offsets, int32_t anchor) {
  float offset[4];
  for (int32_t k = 0; k < 4; ++k) {
    offset[k] = p->offset_table[k * 256 + offsets[anchor * 4 + k] + 128];
  }
  return spindle_decode_box(offset, p->anchors + anchor * 4, p->corners);
}

void spindle_detect_ssd_s8(const spindle_detect_ssd_params* p, const void* scores,
                          const void* offsets, void* out) {
  const int8_t* score = (const int8_t*)scores;
  float* detections = (float*)out;
  const int32_t total = p->anchor_count * p->classes;
  int32_t last_score = 0;
  int32_t last = -1, count = 0;
  for (; count < p->most; ++count) {
    /* The best candidate behind the last detection, in order of score, then of position. */
    int32_t best_score = p->least_s8;
    spindle_box best_box = {{0.0f, 0.0f}, {0.0f, 0.0f}};
    int32_t best = -1;
    for (int32_t i = 0; i < total; ++i) {
      const int32_t s = score[i];
      const int32_t label = i % p->classes;
      if (!(best < 0 ? s >= best_score : s > best_score) || label == p->background) continue;
      if (last >= 0 && (s > last_score || (s == last_score && i <= last))) continue;
      {
        const spindle_box box = box_at(p, (const int8_t*)offsets, i / p->classes);
        if (spindle_is_suppressed(detections, count, (float)label, &box, p->overlap)) continue;
        best_box = box;
      }
      best_score = s;
      best = i;
    }
    if (best < 0) break;
    spindle_put_detection(detections + count * SPINDLE_DETECTION_SIZE, (float)(best % p->classes),
                          (float)(best_score - p->score_zero) * p->score_scale, &best_box);
    last = best;
    last_score = best_score;
  }
  for (; count < p->most; ++count) {
    const spindle_box none = {{0.0f, 0.0f}, {0.0f, 0.0f}};
    spindle_put_detection(detections + count * SPINDLE_DETECTION_SIZE, -1.0f, 0.0f, &none);
  }
}
