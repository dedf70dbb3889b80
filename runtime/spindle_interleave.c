#include "spindle.h"
#include "spindle_element.h"

void spindle_interleave(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                        int32_t x, int32_t n) {
  const int32_t bytes = p->element_bytes;
  const ptrdiff_t plane = (ptrdiff_t)p->rows * p->width * bytes;
  const ptrdiff_t step = (ptrdiff_t)p->channels * bytes;
  for (int32_t c = 0; c < p->channels; ++c) {
    const char* from = (const char*)in + c * plane + ((ptrdiff_t)y * p->width + x) * bytes;
    char* to = (char*)out + (ptrdiff_t)c * bytes;
    for (int32_t column = 0; column < n; ++column, from += bytes, to += step) {
      spindle_copy_element(to, from, bytes);
    }
  }
}
