/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#include "spindle_mve.h"

static void bytes(const uint8_t* from, uint8_t* to, int32_t count) {
  const uint8x16_t at = vmulq_n_u8(vidupq_n_u8(0, 1), 3);
  for (; count >= 16; count -= 16, from += 16, to += 48) {
    vstrbq_scatter_offset_u8(to, at, vldrbq_u8(from));
  }
  if (count > 0) {
    const mve_pred16_t inside = vctp8q((uint32_t)count);
    vstrbq_scatter_offset_p_u8(to, at, vldrbq_z_u8(from, inside), inside);
  }
}

static void words(const uint32_t* from, uint32_t* to, int32_t count) {
  const uint32x4_t at = vmulq_n_u32(vidupq_n_u32(0, 1), 12);
  for (; count >= 4; count -= 4, from += 4, to += 12) {
    vstrwq_scatter_offset_u32(to, at, vldrwq_u32(from));
  }
  if (count > 0) {
    const mve_pred16_t inside = vctp32q((uint32_t)count);
    vstrwq_scatter_offset_p_u32(to, at, vldrwq_z_u32(from, inside), inside);
  }
}

void spindle_interleave_mve(const spindle_planar_params* p, const void* in, void* out, int32_t y,
                            int32_t x, int32_t n) {
  const ptrdiff_t plane = (ptrdiff_t)p->rows * p->width, first = (ptrdiff_t)y * p->width + x;
  for (int32_t c = 0; c < 3; ++c) {
    if (p->element_bytes == 1) {
      bytes((const uint8_t*)in + c * plane + first, (uint8_t*)out + c, n);
    } else {
      words((const uint32_t*)in + c * plane + first, (uint32_t*)out + c, n);
    }
  }
}
#else
typedef int spindle_no_mve;
#endif
