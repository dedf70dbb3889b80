// Portable kernels whose multipliers may be in fixed point, as those of cores without an FPU are.
#include <algorithm>
#include <cmath>

#include "compiler/twins/twins.h"

// The builds of the same files that take them, and floats as well (see CMakeLists.txt).
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

// Numbers in fixed point are negative floats, or NaNs with a sign.
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
