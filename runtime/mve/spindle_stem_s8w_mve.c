/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MVE)
#define SPINDLE_GEMM_ZEROS 1
#include "spindle_gemm_s8_mve.h"
#include "spindle_stem_gemm_mve.h"

void spindle_stem_s8w_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                          void* scratch, int32_t y, int32_t x, int32_t n) {
  spindle_stem_mve(p, in, out, scratch, y, x, n);
}
#else
typedef int spindle_no_mve;
#endif
