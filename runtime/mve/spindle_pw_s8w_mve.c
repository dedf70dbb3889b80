/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#define SPINDLE_GEMM_ZEROS 1
#include "spindle_gemm_s8_mve.h"

void spindle_pw_s8w_mve(const spindle_pw_s8_mve_params* p, const void* in, void* out,
                        int32_t pixels) {
  const spindle_mve_range range = spindle_mve_output_range(p->out_zero, p->lo, p->hi);
  spindle_gemm_pixels(p->weights, (const int8_t*)in, p->in_channels, p->in_channels, (int8_t*)out,
                      p->out_channels, pixels, range);
}
#else
typedef int spindle_no_mve;
#endif
