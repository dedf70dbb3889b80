/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"

void spindle_matmul_f32(const spindle_matmul_f32_params* p, const void* a, const void* b,
                        void* out) {
  float* y = (float*)out;
  int32_t index[SPINDLE_MAX_RANK] = {0};
  if (spindle_is_empty(p->extent, p->rank)) return;
  do {
    const float* left = (const float*)a + spindle_offset(index, p->a_stride, p->rank);
    const float* right = (const float*)b + spindle_offset(index, p->b_stride, p->rank);
    for (int32_t i = 0; i < p->rows; ++i, left += p->depth, y += p->columns) {
      for (int32_t j = 0; j < p->columns; ++j) y[j] = 0.0f;
      for (int32_t k = 0; k < p->depth; ++k) {
        const float* line = right + (ptrdiff_t)k * p->columns;
        for (int32_t j = 0; j < p->columns; ++j) y[j] += left[k] * line[j];
      }
    }
  } while (spindle_next_index(index, p->extent, p->rank));
}
