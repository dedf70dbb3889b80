/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_round.h"
/* must come after the settings of spindle_round.h */
#include "spindle_resize_s8.h"

SPINDLE_INLINE int32_t on_lines(const spindle_resize_lines* lines, float weight, int32_t offset,
                                int32_t saturates, int32_t count, int8_t* out) {
  int32_t near = 0, i = 0;
  for (; i + 4 <= count; i += 4) {
    SPINDLE_UNROLL
    for (int32_t j = 0; j < 4; ++j) {
      out[i + j] = spindle_resize_on_line(lines, i + j, weight, offset, saturates, &near);
    }
  }
  for (; i < count; ++i)
    out[i] = spindle_resize_on_line(lines, i, weight, offset, saturates, &near);
  return near < 0;
}

SPINDLE_INLINE int32_t spindle_resize_pixel(const spindle_resize_linear_params* p,
                                            const spindle_resize_lines* lines, float weight,
                                            int32_t count, int8_t* out) {
  const int32_t offset =
      p->out_zero * SPINDLE_RESIZE_UNITS + SPINDLE_RESIZE_UNITS / 2 + SPINDLE_RESIZE_NEAR;
  /* If input and output are quantized alike, no value between two int8 values needs saturation. */
  const int32_t alike = p->in_scale == p->out_scale && p->in_zero == p->out_zero;
  return alike ? on_lines(lines, weight, offset, 0, count, out)
               : on_lines(lines, weight, offset, 1, count, out);
}

void spindle_resize_linear_s8(const spindle_resize_linear_params* p, const void* in, void* out,
                              int32_t y, int32_t x, int32_t n) {
  spindle_resize_linear(p, in, (int8_t*)out, y, x, n);
}
