/* SPDX-License-Identifier: Apache-2.0 */
#define PACKED 6
#define LOAD_WEIGHTS(from) "ldm    " from "!, {r3, r4, r5, r6, r8, r9}\n\t"
#include "spindle_dw3x3_dsp.h"

#if !SPINDLE_DSP_ASM
static inline channel_weights unpack_weights(const int32_t* packed) {
  const channel_weights w = {{(uint32_t)packed[0], (uint32_t)packed[1], (uint32_t)packed[2]},
                             (uint32_t)packed[3],
                             packed[4],
                             packed[5]};
  return w;
}
#endif

static const int32_t* cut_weights(const int32_t* packed, int32_t missing, int32_t in_zero,
                                  int32_t* cut) {
  const uint32_t lost_upper = (missing & 1 ? 0xFFFFu : 0u) | (missing & 2 ? 0xFFFF0000u : 0u);
  const uint32_t lost_lower = missing & 4 ? 0xFFFFFFFFu : 0u;
  const uint32_t zero = spindle_pair(in_zero, in_zero);
  for (int32_t c = 0; c < BLOCK; ++c, packed += PACKED) {
    uint32_t bias = (uint32_t)packed[5];
    for (int32_t i = 0; i < 4; ++i) {
      const uint32_t lost = (uint32_t)packed[i] & (i < 3 ? lost_upper : lost_lower);
      cut[PACKED * c + i] = (int32_t)((uint32_t)packed[i] - lost);
      bias = spindle_dot(lost, zero, bias);
    }
    const int32_t corner = missing & 4 ? packed[4] : 0;
    cut[PACKED * c + 4] = packed[4] - corner;
    cut[PACKED * c + 5] = (int32_t)(bias + (uint32_t)(in_zero * corner));
  }
  return cut;
}

void spindle_dw3x3_s8w_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                           void* scratch, int32_t y, int32_t x, int32_t n) {
  spindle_dw3x3_dsp(p, in, out, scratch, y, x, n);
}
