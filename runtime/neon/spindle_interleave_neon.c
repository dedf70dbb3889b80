/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_NEON)
#include "spindle_neon.h"

/* For images of three channels: NEON has an instruction that stores three vectors interleaved. */
SPINDLE_INLINE void words(const char* in, char* out, ptrdiff_t plane, int32_t n) {
  int32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    uint32x4x3_t v;
    SPINDLE_UNROLL
    for (int32_t c = 0; c < 3; ++c) {
      v.val[c] = vreinterpretq_u32_u8(vld1q_u8((const uint8_t*)in + c * plane + 4 * i));
    }
    vst3q_u32((uint32_t*)(void*)(out + 12 * i), v);
  }
  for (; i < n; ++i) {
    SPINDLE_UNROLL
    for (int32_t c = 0; c < 3; ++c) {
      for (int32_t b = 0; b < 4; ++b) out[12 * i + 4 * c + b] = in[c * plane + 4 * i + b];
    }
  }
}

SPINDLE_INLINE void bytes(const char* in, char* out, ptrdiff_t plane, int32_t n) {
  int32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    uint8x16x3_t v;
    SPINDLE_UNROLL
    for (int32_t c = 0; c < 3; ++c) v.val[c] = vld1q_u8((const uint8_t*)in + c * plane + i);
    vst3q_u8((uint8_t*)out + 3 * i, v);
  }
  for (; i < n; ++i) {
    SPINDLE_UNROLL
    for (int32_t c = 0; c < 3; ++c) out[3 * i + c] = in[c * plane + i];
  }
}

void spindle_interleave_neon(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                             int32_t x, int32_t n) {
  const ptrdiff_t size = p->element_bytes;
  const ptrdiff_t plane = (ptrdiff_t)p->rows * p->width * size;
  const char* from = (const char*)in + ((ptrdiff_t)y * p->width + x) * size;
  if (size == 4) {
    words(from, (char*)out, plane, n);
  } else {
    bytes(from, (char*)out, plane, n);
  }
}
#else
typedef int spindle_no_neon;
#endif
