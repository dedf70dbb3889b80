// Portable kernels whose multipliers may be in fixed point, as they are for cores without an FPU.
#include <algorithm>
#include <cmath>

#include "compiler/twins/twins.h"

// Builds of the same source files that take fixed-point as well as float multipliers (see
// CMakeLists.txt).
extern "C" {
void spindle_conv_s8_integer(const spindle_conv_s8_params* p, const void* in, void* out,
                             std::int32_t y, std::int32_t x, std::int32_t n);
void spindle_dw_s8_integer(const spindle_conv_s8_params* p, const void* in, void* out,
                           std::int32_t y, std::int32_t x, std::int32_t n);
void spindle_stem_s8_integer(const spindle_conv_s8_params* p, const void* in, void* out,
                             std::int32_t y, std::int32_t x, std::int32_t n);
void spindle_pw_s8_integer(const spindle_pw_s8_params* p, const void* in, void* out,
                           std::int32_t pixels);
}

namespace spindle::twins {
namespace {

// Fixed-point multipliers have the sign bit of a float set.
bool any_fixed(const float* multiplier, std::int32_t channels) {
  return std::any_of(multiplier, multiplier + channels, [](float m) { return std::signbit(m); });
}

}  // namespace

void spindle_conv_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                     std::int32_t x, std::int32_t n) {
  const bool fixed = any_fixed(p->multiplier, p->out_channels);
  (fixed ? ::spindle_conv_s8_integer : ::spindle_conv_s8)(p, in, out, y, x, n);
}

void spindle_dw_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                   std::int32_t x, std::int32_t n) {
  const bool fixed = any_fixed(p->multiplier, p->out_channels);
  (fixed ? ::spindle_dw_s8_integer : ::spindle_dw_s8)(p, in, out, y, x, n);
}

void spindle_stem_s8(const spindle_conv_s8_params* p, const void* in, void* out, std::int32_t y,
                     std::int32_t x, std::int32_t n) {
  const bool fixed = any_fixed(p->multiplier, p->out_channels);
  (fixed ? ::spindle_stem_s8_integer : ::spindle_stem_s8)(p, in, out, y, x, n);
}

void spindle_pw_s8(const spindle_pw_s8_params* p, const void* in, void* out, std::int32_t pixels) {
  const bool fixed = any_fixed(p->multiplier, p->out_channels);
  (fixed ? ::spindle_pw_s8_integer : ::spindle_pw_s8)(p, in, out, pixels);
}

}  // namespace spindle::twins
