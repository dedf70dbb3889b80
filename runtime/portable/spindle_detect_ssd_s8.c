/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_detect.h"

#define SPINDLE_DETECT_ELEMENT int8_t
#define SPINDLE_DETECT_SCORE int32_t

static spindle_box box_at(const spindle_detect_ssd_params* p, const int8_t* offsets,
                          int32_t anchor) {
  float offset[4];
  for (int32_t k = 0; k < 4; ++k) {
    offset[k] = p->offset_table[k * 256 + offsets[anchor * 4 + k] + 128];
  }
  return spindle_decode_box(offset, p->anchors + anchor * 4, p->corners);
}

static float real_score(const spindle_detect_ssd_params* p, int32_t score) {
  return (float)(score - p->score_zero) * p->score_scale;
}

#include "spindle_detect_ssd.h"

void spindle_detect_ssd_s8(const spindle_detect_ssd_params* p, const void* scores,
                           const void* offsets, void* out) {
  detect(p, (const int8_t*)scores, (const int8_t*)offsets, (float*)out, p->least_s8);
}
