/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_element.h"
#include "spindle_requantize.h"
#include "spindle_round.h"

/* An iterator over the values of one sum. */
typedef struct {
  const spindle_reduce_s8_params* p;
  const int8_t* from;
  int32_t index[SPINDLE_MAX_RANK];
} walk;

static inline int32_t next_integer(walk* w) {
  const spindle_reduce_s8_params* p = w->p;
  const int32_t value =
      w->from[spindle_offset(w->index, p->reduced_stride, p->reduced_rank)] - p->in_zero;
  spindle_next_index(w->index, p->reduced_extent, p->reduced_rank);
  return value;
}

static inline float next_value(walk* w) {
  return (float)next_integer(w) * w->p->in_scale;
}

static float in_turn(walk* w, float sum, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    const float value = next_value(w);
    sum += value;
  }
  return sum;
}

/* Sums groups of four; then, of what is left, a group of two and a single value. */
static float in_fours(walk* w, int32_t count) {
  float sum = 0.0f;
  for (int32_t left = count, group = 4; left > 0; left -= group) {
    float part;
    group = left >= 4 ? 4 : left >= 2 ? 2 : 1;
    part = in_turn(w, next_value(w), group - 1);
    sum += part;
  }
  return sum;
}

static inline void add_group(walk* w, float* lanes) {
  for (int32_t i = 0; i < 4; ++i) {
    const float value = next_value(w);
    lanes[i] += value;
  }
}

/* Sums groups of four lane by lane, even and odd groups separately. Groups begin where the position
 * in the file's tensor is a multiple of four. The values before the first group and after the last
 * are added at the end. */
static float in_lanes(walk* w, int32_t count, int32_t position) {
  const int32_t before = (4 - position % 4) % 4;
  const int32_t groups = count > before ? (count - before) / 4 : 0;
  float head[3] = {0}, even[4] = {0}, odd[4] = {0}, sum;
  if (groups == 0) return in_turn(w, 0.0f, count);
  for (int32_t i = 0; i < before; ++i) head[i] = next_value(w);
  for (int32_t pair = 0; pair < groups / 2; ++pair) {
    add_group(w, even);
    add_group(w, odd);
  }
  for (int32_t i = 0; i < 4; ++i) even[i] += odd[i];
  if (groups % 2 != 0) add_group(w, even);
  sum = (even[0] + even[2]) + (even[1] + even[3]);
  for (int32_t i = 0; i < before; ++i) sum += head[i];
  return in_turn(w, sum, count - before - 4 * groups);
}

static float float_sum(walk* w, int32_t position) {
  const spindle_reduce_s8_params* p = w->p;
  float sum = 0.0f;
  if (p->order == SPINDLE_SUM_IN_TURN) return in_turn(w, 0.0f, p->count);
  if (p->order == SPINDLE_SUM_FOURS) return in_fours(w, p->count);
  for (int32_t done = 0; done < p->count; done += p->run) {
    sum += in_lanes(w, p->run, position);
    position += p->run_position;
  }
  return sum;
}

void spindle_reduce_s8(const spindle_reduce_s8_params* p, const void* in, void* out) {
  const spindle_range range = spindle_output_range(p->out_zero, p->lo, p->hi);
  const float lo = (float)(p->lo - p->out_zero), hi = (float)(p->hi - p->out_zero);
  int32_t outer[SPINDLE_MAX_RANK] = {0};
  int8_t* y = (int8_t*)out;
  if (spindle_is_empty(p->kept_extent, p->kept_rank)) return;
  do {
    walk w = {p, (const int8_t*)in + spindle_offset(outer, p->kept_stride, p->kept_rank), {0}};
    if (p->order == SPINDLE_SUM_INTEGERS) {
      int32_t acc = 0;
      for (int32_t i = 0; i < p->count; ++i) acc += next_integer(&w);
      *y++ = spindle_requantize(acc, p->multiplier, range);
    } else {
      const int32_t position = (int32_t)spindle_offset(outer, p->kept_position, p->kept_rank) % 4;
      const float mean = float_sum(&w, position) / p->divisor;
      *y++ = (int8_t)(spindle_round(spindle_clamp(mean / p->out_scale, lo, hi)) + p->out_zero);
    }
  } while (spindle_next_index(outer, p->kept_extent, p->kept_rank));
}
