// Twins of kernels that have the parameters of a portable kernel and compute the same.
#include <cmath>

#include "compiler/twins/twins.h"

using spindle::twins::expect;

void spindle_add_s8_neon(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                         std::int32_t count) {
  spindle_add_s8(p, a, b, out, count);
}
void spindle_add_s8_mve(const spindle_add_s8_params* p, const void* a, const void* b, void* out,
                        std::int32_t count) {
  spindle_add_s8(p, a, b, out, count);
}
void spindle_add_f32_neon(const spindle_clip_f32_params* p, const void* a, const void* b, void* out,
                          std::int32_t count) {
  spindle_add_f32(p, a, b, out, count);
}

void spindle_mean_add_s8_neon(const spindle_mean_s8_params* p, const void* in, void* acc,
                              std::int32_t y, std::int32_t x, std::int32_t n) {
  spindle_mean_add_s8(p, in, acc, y, x, n);
}
void spindle_mean_add_s8_mve(const spindle_mean_s8_params* p, const void* in, void* acc,
                             std::int32_t y, std::int32_t x, std::int32_t n) {
  spindle_mean_add_s8(p, in, acc, y, x, n);
}
void spindle_mean_add_f32_neon(const spindle_mean_f32_params* p, const void* in, void* acc,
                               std::int32_t y, std::int32_t x, std::int32_t n) {
  spindle_mean_add_f32(p, in, acc, y, x, n);
}

// NaN is converted to 0, and the result is then the zero point.
void spindle_quantize_f32_s8_neon(const spindle_quantize_params* p, const void* in, void* out,
                                  std::int32_t count) {
  const auto* x = static_cast<const float*>(in);
  auto* y = static_cast<std::int8_t*>(out);
  spindle_quantize_f32_s8(p, in, out, count);
  for (std::int32_t i = 0; i < count; ++i) {
    if (std::isnan(x[i])) y[i] = static_cast<std::int8_t>(p->zero);
  }
}
void spindle_quantize_f32_s8_mve(const spindle_quantize_params* p, const void* in, void* out,
                                 std::int32_t count) {
  expect(p->scale >= 0x1p-100F && p->scale <= 0x1p100F, __func__, "no such scale");
  spindle_quantize_f32_s8(p, in, out, count);
}

void spindle_interleave_neon(const spindle_planar_params* p, const void* in, void* out,
                             std::int32_t y, std::int32_t x, std::int32_t n) {
  expect(p->channels == 3 && (p->element_bytes == 1 || p->element_bytes == 4), __func__,
         "not three channels of 1 or 4 bytes");
  spindle_interleave(p, in, out, y, x, n);
}
void spindle_interleave_mve(const spindle_planar_params* p, const void* in, void* out,
                            std::int32_t y, std::int32_t x, std::int32_t n) {
  expect(p->channels == 3 && (p->element_bytes == 1 || p->element_bytes == 4), __func__,
         "not three channels of 1 or 4 bytes");
  spindle_interleave(p, in, out, y, x, n);
}

void spindle_resize_linear_s8_neon(const spindle_resize_linear_params* p, const void* in, void* out,
                                   std::int32_t y, std::int32_t x, std::int32_t n) {
  spindle_resize_linear_s8(p, in, out, y, x, n);
}
