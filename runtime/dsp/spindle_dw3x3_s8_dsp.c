/* SPDX-License-Identifier: Apache-2.0 */
#define PACKED 4
#define LOAD_WEIGHTS(from)    \
  "ldm    " from              \
  "!, {r4, r6, r8, r9}\n\t"   \
  "sxtb16 r3, r4\n\t"         \
  "sxtb16 r4, r4, ror #8\n\t" \
  "sxtb16 r5, r6\n\t"         \
  "sxtb16 r6, r6, ror #8\n\t"
#include "spindle_dw3x3_dsp.h"

#if !SPINDLE_DSP_ASM
static inline channel_weights unpack_weights(const int32_t* packed) {
  const uint32_t a = (uint32_t)packed[0], b = (uint32_t)packed[1];
  const channel_weights w = {{spindle_even_bytes(a), spindle_odd_bytes(a), spindle_even_bytes(b)},
                             spindle_odd_bytes(b),
                             packed[2],
                             packed[3]};
  return w;
}
#endif

static const int32_t* cut_weights(const int32_t* packed, int32_t missing, int32_t in_zero,
                                  int32_t* cut) {
  for (int32_t c = 0; c < BLOCK; ++c, packed += PACKED) {
    uint32_t keep[2] = {0xFFFFFFFFu, 0xFFFFFFFFu};
    const int32_t corner = missing & 4 ? packed[2] : 0;
    uint32_t bias = (uint32_t)packed[3] + (uint32_t)(in_zero * corner);
    if (missing & 1) {
      keep[0] &= 0xFFFF0000u;
      keep[1] &= 0xFFFFFF00u;
    }
    if (missing & 2) {
      keep[0] &= 0x0000FFFFu;
      keep[1] &= 0xFF00FFFFu;
    }
    if (missing & 4) keep[1] &= 0x00FF00FFu;
    for (int32_t i = 0; i < 2; ++i) {
      const uint32_t lost = (uint32_t)packed[i] & ~keep[i];
      const uint32_t zero = spindle_pair(in_zero, in_zero);
      cut[PACKED * c + i] = (int32_t)((uint32_t)packed[i] & keep[i]);
      bias = spindle_dot(spindle_even_bytes(lost), zero, bias);
      bias = spindle_dot(spindle_odd_bytes(lost), zero, bias);
    }
    cut[PACKED * c + 2] = packed[2] - corner;
    cut[PACKED * c + 3] = (int32_t)bias;
  }
  return cut;
}

void spindle_dw3x3_s8_dsp(const spindle_dw3x3_s8_dsp_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  spindle_dw3x3_dsp(p, in, out, scratch, y, x, n);
}
