// Twins of the float convolutions of Cortex-A and Cortex-M. The layouts are described in
// runtime/spindle.h.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "compiler/twins/twins.h"
#include "runtime/common/spindle_stem_gemm_f32.h"

namespace spindle::twins {
namespace {

// Copies `together` windows at a time to scratch and computes them as pixels of a 1x1 convolution.
void stem(const spindle_conv_f32_params& p, const void* in, void* out, void* scratch,
          std::int32_t together, Outputs at) {
  const spindle_pw_f32_params pointwise = spindle_stem_pointwise_f32(&p);
  auto* pixel = static_cast<float*>(out);
  while (at.n > 0) {
    const std::int32_t count = std::min(at.n, together);
    spindle_stem_windows_f32(&p, in, at.y, at.x, count, static_cast<float*>(scratch));
    spindle_pw_f32(&pointwise, scratch, pixel, count);
    pixel += std::ptrdiff_t{count} * p.out_channels;
    at.x += count;
    at.n -= count;
  }
}

void expect_3x3(const spindle_conv_f32_params& p, std::int32_t least, const char* symbol) {
  expect(p.kernel_h == 3 && p.kernel_w == 3 && p.dilation_h == 1 && p.dilation_w == 1, symbol,
         "the window is not 3 x 3");
  expect(p.stride_w == 1 || p.stride_w == 2, symbol, "no such stride");
  expect(p.out_channels == p.in_channels && p.in_channels >= least, symbol, "no such channels");
}

// The tap that is at position `t` of a packed window.
using TapOrder = std::int32_t (*)(std::int32_t t);

std::int32_t by_rows(std::int32_t t) {
  return t;
}
std::int32_t by_columns(std::int32_t t) {
  return t % 3 * 3 + t / 3;
}

// How a depthwise kernel holds its weights: [block of channels][tap][channel]. The last block ends
// at the last channel.
struct Packing {
  std::int32_t block;  // channels of a block
  TapOrder tap;
};

// A depthwise convolution. Of a window, only the first and the last column may be outside of the
// image.
void depthwise(const char* symbol, const spindle_conv_f32_params& p, Packing packing,
               const void* in, void* out, Outputs at) {
  const std::int32_t block = packing.block;
  expect_3x3(p, block, symbol);
  const std::int32_t channels = p.out_channels, left = at.x * p.stride_w - p.pad_left;
  expect(left >= -1 && left + (at.n - 1) * p.stride_w + 2 <= p.in_width, symbol,
         "two columns of a window are outside of the image");
  std::vector<float> weights(9 * static_cast<std::size_t>(channels));
  const float* packed = p.weights;
  for (std::int32_t c = 0; c < channels; c += block) {
    const std::int32_t first = std::min(c, channels - block);
    for (std::int32_t t = 0; t < 9; ++t, packed += block) {
      std::copy(packed, packed + block,
                weights.data() + std::ptrdiff_t{packing.tap(t)} * channels + first);
    }
  }
  spindle_conv_f32_params plain = p;
  plain.weights = weights.data();
  spindle_dw_f32(&plain, in, out, at.y, at.x, at.n);
}

}  // namespace
}  // namespace spindle::twins

using namespace spindle::twins;

void spindle_pw_f32_neon(const spindle_pw_f32_params* p, const void* in, void* out,
                         std::int32_t pixels) {
  spindle_pw_f32(p, in, out, pixels);
}
void spindle_pw_f32_vfp(const spindle_pw_f32_params* p, const void* in, void* out,
                        std::int32_t pixels) {
  spindle_pw_f32(p, in, out, pixels);
}
void spindle_pw_f32_mve(const spindle_pw_f32_params* p, const void* in, void* out,
                        std::int32_t pixels) {
  spindle_pw_f32(p, in, out, pixels);
}

void spindle_stem_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out,
                           std::int32_t y, std::int32_t x, std::int32_t n) {
  const std::int32_t taps = p->kernel_h * p->kernel_w * p->in_channels;
  expect(taps <= 80, __func__, "the window is too large");
  spindle_pw_f32_params pointwise = spindle_stem_pointwise_f32(p);
  pointwise.in_channels = (taps + 3) / 4 * 4;
  const std::size_t depth = pointwise.in_channels;
  std::vector<float> windows(depth * static_cast<std::size_t>(n));
  for (std::int32_t i = 0; i < n; ++i) {
    spindle_stem_window_f32(p, in, y, x + i, windows.data() + depth * static_cast<std::size_t>(i));
  }
  spindle_pw_f32(&pointwise, windows.data(), out, n);
}
void spindle_stem_f32_vfp(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(*p, in, out, scratch, SPINDLE_STEM_F32_VFP_PIXELS, {y, x, n});
}
void spindle_stem_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out,
                          void* scratch, std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(*p, in, out, scratch, SPINDLE_STEM_F32_MVE_PIXELS, {y, x, n});
}

void spindle_dw3x3_f32_neon(const spindle_conv_f32_params* p, const void* in, void* out,
                            std::int32_t y, std::int32_t x, std::int32_t n) {
  const std::int32_t top = y * p->stride_h - p->pad_top;
  expect_3x3(*p, 8, __func__);
  expect(top > -3 && top < p->in.rows, __func__, "the window is outside of the image");
  spindle_dw_f32(p, in, out, y, x, n);
}
void spindle_dw3x3_f32_vfp(const spindle_conv_f32_params* p, const void* in, void* out,
                           std::int32_t y, std::int32_t x, std::int32_t n) {
  expect(p->lo == 0 && p->hi >= 0, __func__, "results are limited from 0 on");
  depthwise(__func__, *p, {2, by_columns}, in, out, {y, x, n});
}
void spindle_dw3x3_f32_mve(const spindle_conv_f32_params* p, const void* in, void* out,
                           std::int32_t y, std::int32_t x, std::int32_t n) {
  depthwise(__func__, *p, {4, by_rows}, in, out, {y, x, n});
}
