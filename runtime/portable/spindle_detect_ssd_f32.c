/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_detect.h"
#include "spindle_exp.h"

#define SPINDLE_DETECT_ELEMENT float
#define SPINDLE_DETECT_SCORE float

static spindle_box box_at(const spindle_detect_ssd_params* p, const float* offsets,
                          int32_t anchor) {
  float offset[4];
  for (int32_t k = 0; k < 4; ++k) {
    const float scaled = offsets[anchor * 4 + k] * p->variance[k];
    offset[k] = k < 2 || p->corners ? scaled : spindle_exp(scaled);
  }
  return spindle_decode_box(offset, p->anchors + anchor * 4, p->corners);
}

static float real_score(const spindle_detect_ssd_params* p, float score) {
  (void)p;
  return score;
}

#include "spindle_detect_ssd.h"

void spindle_detect_ssd_f32(const spindle_detect_ssd_params* p, const void* scores,
                            const void* offsets, void* out) {
  detect(p, (const float*)scores, (const float*)offsets, (float*)out, p->least);
}
