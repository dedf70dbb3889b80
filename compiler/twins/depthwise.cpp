#include "compiler/twins/depthwise.h"

#include <cstddef>

#include "runtime/common/spindle_window.h"

namespace spindle::twins {
namespace {

void add_tap(std::uint32_t* sums, const std::int8_t* x, const std::int16_t* w,
             std::int32_t channels) {
  for (std::int32_t c = 0; c < channels; ++c) {
    sums[c] += static_cast<std::uint32_t>(std::int32_t{x[c]} * std::int32_t{w[c]});
  }
}

}  // namespace

void resize_data(Depthwise& d) {
  const std::size_t channels = d.channels;
  d.weights.resize(d.kernel_h * static_cast<std::size_t>(d.kernel_w) * channels);
  d.bias.resize(channels);
  d.multiplier.resize(channels);
}

void convolve(const Depthwise& d, const void* in, void* out, std::int32_t y, std::int32_t x,
              std::int32_t n) {
  const std::vector<std::int8_t> outside(d.bias.size(), static_cast<std::int8_t>(d.in_zero));
  std::vector<std::uint32_t> sums(d.bias.size());
  std::vector<std::int32_t> wrapped(d.bias.size());
  auto* pixel = static_cast<std::int8_t*>(out);
  for (std::int32_t i = x; i < x + n; ++i, pixel += d.channels) {
    const std::int16_t* w = d.weights.data();
    sums.assign(d.bias.begin(), d.bias.end());
    for (std::int32_t ky = 0; ky < d.kernel_h; ++ky) {
      const std::int32_t r = y * d.stride_h - d.pad_top + ky * d.dilation_h;
      const auto* row = r >= 0 && r < d.in.rows
                            ? static_cast<const std::int8_t*>(spindle_row(in, d.in, r))
                            : nullptr;
      for (std::int32_t kx = 0; kx < d.kernel_w; ++kx, w += d.channels) {
        const std::int32_t column = i * d.stride_w - d.pad_left + kx * d.dilation_w;
        const bool inside = row != nullptr && column >= 0 && column < d.in_width;
        add_tap(sums.data(), inside ? row + column * d.channels : outside.data(), w, d.channels);
      }
    }
    wrapped.assign(sums.begin(), sums.end());
    requantize(wrapped.data(), d.multiplier.data(), pixel, d.channels, d.range);
  }
}

}  // namespace spindle::twins
