/* SPDX-License-Identifier: Apache-2.0 */
#include "spindle.h"

#if defined(__ARM_FEATURE_MATMUL_INT8)
#include "spindle_gemm_s8_i8mm.h"
#include "spindle_stem_gemm_s8.h"

void spindle_stem_s8_i8mm(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                          int32_t y, int32_t x, int32_t n) {
  spindle_gemm_stem(p, in, out, y, x, n);
}
#else
typedef int spindle_no_matrix_product;
#endif
