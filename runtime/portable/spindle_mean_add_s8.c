/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"
#include "spindle_compiler.h"

void spindle_mean_add_s8(const spindle_mean_s8_params* p, const void* in, void* acc, int32_t y,
                         int32_t x, int32_t n) {
  const int8_t* value = (const int8_t*)in;
  uint32_t* sums = (uint32_t*)acc;
  const int32_t channels = p->channels, zeros = n * p->in_zero;
  const int8_t* const end = value + n * channels;
  int32_t c = 0;
  if (y == 0 && x == 0) {
    for (int32_t i = 0; i < channels; ++i) sums[i] = 0;
  }
  for (; c + 4 <= channels; c += 4) { /* The sums of four channels stay in registers. */
    int32_t s0 = -zeros, s1 = -zeros, s2 = -zeros, s3 = -zeros;
    for (const int8_t* from = value + c; from < end; from += channels) {
      s0 += from[0];
      s1 += from[1];
      s2 += from[2];
      s3 += from[3];
    }
    sums[c] = spindle_accumulate(sums[c], s0);
    sums[c + 1] = spindle_accumulate(sums[c + 1], s1);
    sums[c + 2] = spindle_accumulate(sums[c + 2], s2);
    sums[c + 3] = spindle_accumulate(sums[c + 3], s3);
  }
  for (; c < channels; ++c) {
    for (const int8_t* from = value + c; from < end; from += channels) {
      sums[c] = spindle_accumulate(sums[c], *from);
    }
    sums[c] = spindle_accumulate(sums[c], -zeros);
  }
}
