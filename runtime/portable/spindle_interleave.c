/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "spindle.h"
#include "spindle_element.h"

/* One plane with elements of 4 bytes, as in float images. */
static void interleave4(const char* from, char* to, ptrdiff_t step, int32_t n) {
  for (int32_t column = 0; column < n; ++column, from += 4, to += step) memcpy(to, from, 4);
}

/* Three planes of such elements, as in colour images. */
static void interleave_colours(const char* from, ptrdiff_t plane, char* to, int32_t n) {
  const char* red = from;
  const char* green = from + plane;
  const char* blue = from + 2 * plane;
  for (const char* end = from + (ptrdiff_t)n * 4; red != end; to += 12) {
    uint32_t pixel[3];
    memcpy(&pixel[0], red, 4);
    memcpy(&pixel[1], green, 4);
    memcpy(&pixel[2], blue, 4);
    red += 4;
    green += 4;
    blue += 4;
    memcpy(to, pixel, 12);
  }
}

void spindle_interleave(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                        int32_t x, int32_t n) {
  const int32_t bytes = p->element_bytes;
  const ptrdiff_t plane = (ptrdiff_t)p->rows * p->width * bytes;
  const ptrdiff_t step = (ptrdiff_t)p->channels * bytes;
  if (bytes == 4 && p->channels == 3) {
    const char* from = (const char*)in + ((ptrdiff_t)y * p->width + x) * 4;
    interleave_colours(from, plane, (char*)out, n);
    return;
  }
  for (int32_t c = 0; c < p->channels; ++c) {
    const char* from = (const char*)in + c * plane + ((ptrdiff_t)y * p->width + x) * bytes;
    char* to = (char*)out + (ptrdiff_t)c * bytes;
    if (bytes == 4) {
      interleave4(from, to, step, n);
      continue;
    }
    for (int32_t column = 0; column < n; ++column, from += bytes, to += step) {
      spindle_copy_element(to, from, bytes);
    }
  }
}
