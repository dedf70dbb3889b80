#include "spindle.h"

void spindle_mean_add_s8(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                         int32_t x, int32_t n) {
  const int8_t* value = (const int8_t*)in;
  int32_t* sums = (int32_t*)acc;
  const int32_t channels = p->channels, zero = p->in_zero;
  if (y == 0 && x == 0) {
    for (int32_t c = 0; c < channels; ++c) sums[c] = 0;
  }
  for (int32_t column = 0; column < n; ++column) {
    for (int32_t c = 0; c < channels; ++c) sums[c] += value[c] - zero;
    value += channels;
  }
}
