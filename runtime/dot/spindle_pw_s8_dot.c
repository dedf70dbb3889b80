/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_DOTPROD)
#include "spindle_gemm_s8_dot.h"

void spindle_pw_s8_dot(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                       int32_t pixels) {
  spindle_gemm_pw(p, in, out, pixels);
}
#else
typedef int spindle_no_dot_product;
#endif
