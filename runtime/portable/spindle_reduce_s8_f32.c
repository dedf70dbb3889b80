/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"
#include "spindle_float.h"
#include "spindle_round.h"

void spindle_reduce_s8_f32(const spindle_reduce_s8_f32_params* p, const void* in, void* out) {
  int32_t outer[SPINDLE_MAX_RANK] = {0}, inner[SPINDLE_MAX_RANK] = {0};
  float* y = (float*)out;
  if (spindle_is_empty(p->kept_extent, p->kept_rank)) return;
  do {
    const int8_t* from = (const int8_t*)in + spindle_offset(outer, p->kept_stride, p->kept_rank);
    int32_t acc = 0;
    float sum;
    do {
      acc += from[spindle_offset(inner, p->reduced_stride, p->reduced_rank)] - p->in_zero;
    } while (spindle_next_index(inner, p->reduced_extent, p->reduced_rank));
    sum = (float)acc * p->scale;
    *y++ = spindle_limit(sum / p->divisor, p->lo, p->hi);
  } while (spindle_next_index(outer, p->kept_extent, p->kept_rank));
}
