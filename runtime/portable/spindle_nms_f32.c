/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_detect.h"
#include "spindle_store_index.h"

static spindle_box box_at(const float* values, int32_t centered) {
  spindle_box box;
  for (int32_t d = 0; d < 2; ++d) {
    const float half = values[d + 2] * 0.5f;
    const float a = centered ? values[d] - half : values[d];
    const float b = centered ? values[d] + half : values[d + 2];
    box.low[d] = a < b ? a : b;
    box.high[d] = a < b ? b : a;
  }
  return box;
}

/* Whether box `i` overlaps one of the `count` boxes already chosen too much. `rows` points to their
 * rows of the output. */
static int is_suppressed(const spindle_nms_f32_params* p, const float* boxes, const char* rows,
                         int32_t count, int32_t i) {
  const spindle_box box = box_at(boxes + i * 4, p->centered);
  for (int32_t k = 0; k < count; ++k) {
    int64_t row[3];
    memcpy(row, rows + (ptrdiff_t)k * (ptrdiff_t)sizeof row, sizeof row);
    {
      const spindle_box other = box_at(boxes + row[2] * 4, p->centered);
      if (spindle_boxes_overlap(&other, &box, p->overlap)) return 1;
    }
  }
  return 0;
}

/* The best box after the box `last`, the last one chosen (-1: none yet). Boxes are ordered by
 * score, equal scores by position. Returns -1 if there is none. */
static int32_t next_box(const spindle_nms_f32_params* p, const float* boxes, const float* score,
                        const char* rows, int32_t count, int32_t last) {
  int32_t best = -1;
  for (int32_t i = 0; i < p->boxes; ++i) {
    if (!(score[i] > p->least) || (best >= 0 && !(score[i] > score[best]))) continue;
    if (last >= 0 && (score[i] > score[last] || (score[i] == score[last] && i <= last))) continue;
    if (!is_suppressed(p, boxes, rows, count, i)) best = i;
  }
  return best;
}

void spindle_nms_f32(const spindle_nms_f32_params* p, const void* boxes, const void* scores,
                     void* out) {
  const float* score = (const float*)scores;
  int32_t row = 0;
  for (int32_t c = 0; c < p->classes; ++c, score += p->boxes) {
    const char* rows = (const char*)out + (ptrdiff_t)row * 24;
    int32_t last = -1;
    for (int32_t count = 0; count < p->most; ++count) {
      last = next_box(p, (const float*)boxes, score, rows, count, last);
      if (last < 0) break;
      spindle_store_index(out, row * 3, 0, 8);
      spindle_store_index(out, row * 3 + 1, c, 8);
      spindle_store_index(out, row * 3 + 2, last, 8);
      ++row;
    }
  }
  for (int32_t i = row * 3; i < p->classes * p->most * 3; ++i) spindle_store_index(out, i, -1, 8);
}
