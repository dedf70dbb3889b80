// Twins of the 8-bit depthwise convolutions for MVE. The layout of the weights is described in the
// kernels' files.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "compiler/twins/depthwise.h"
#include "compiler/twins/twins.h"
#include "runtime/common/spindle_window.h"

namespace spindle::twins {
namespace {

// spindle_dw3x3_s8_mve: channels that are computed together, channels of a group, words of a group.
constexpr std::int32_t kChannels = 16;
constexpr std::size_t kGroup = 4;
constexpr std::size_t kGroupWords = 25;
constexpr std::size_t kHead = 9;  // words of a group before its weights

// One channel of a group. Weights are [4 columns][4 rows], where the last column and the last row
// are 0.
struct Channel {
  std::int32_t bias = 0;
  float multiplier = 0;
  std::array<std::int8_t, 16> weights{};
};

Channel channel_of(const std::int32_t* group, std::size_t c, const char* symbol) {
  Channel channel;
  channel.bias = group[2 * c];
  std::memcpy(&channel.multiplier, group + 2 * c + 1, sizeof channel.multiplier);
  std::memcpy(channel.weights.data(), group + kHead + 4 * c, sizeof channel.weights);
  // The kernel also reads the window moved by one column, and multiplies the fourth row by whatever
  // is in scratch. So the weights around the window must be zero.
  bool zero = group[kHead - 1] == 0;
  for (std::size_t i = 0; i < channel.weights.size(); ++i) {
    const bool inside = i / 4 < 3 && i % 4 < 3;
    zero = zero && (inside || channel.weights[i] == 0);
  }
  expect(zero, symbol, "there are weights around a window");
  return channel;
}

// Input columns left, left + 1, ... left + count - 1.
struct InputColumns {
  std::int32_t left, count;
};

// Interleaves the columns, in the rows under output row y, of 16 channels from `first` on, as
// [column][channel][4 rows]. The fourth row has an arbitrary value.
void interleave(const spindle_dw3x3_s8_mve_params& p, const void* in, std::int32_t y,
                std::int32_t first, InputColumns columns, std::int8_t* to) {
  constexpr std::int8_t kAnything = 0x55;
  for (std::int32_t row = 0; row < 3; ++row) {
    const std::int32_t r = y * p.stride - p.pad_top + row;
    const bool inside = r >= 0 && r < p.in.rows;
    const auto* from = inside ? static_cast<const std::int8_t*>(spindle_row(in, p.in, r)) : nullptr;
    for (std::int32_t i = 0; i < columns.count; ++i) {
      const std::int32_t column = columns.left + i;
      const bool there = inside && column >= 0 && column < p.in_width;
      const std::int8_t* pixel =
          there ? from + std::ptrdiff_t{column} * p.channels + first : nullptr;
      for (std::int32_t c = 0; c < kChannels; ++c) {
        to[(i * kChannels + c) * 4 + row] = there ? pixel[c] : static_cast<std::int8_t>(p.in_zero);
      }
    }
  }
  for (std::int32_t i = 0; i < columns.count * kChannels; ++i) to[4 * i + 3] = kAnything;
}

// Computes 16 channels of one output from the columns of its window.
void output(const std::array<Channel, kChannels>& channels, const std::int8_t* columns,
            const Range& range, std::int8_t* out) {
  std::array<std::int32_t, kChannels> sums{};
  std::array<float, kChannels> multiplier{};
  for (std::size_t c = 0; c < kChannels; ++c) {
    auto sum = static_cast<std::uint32_t>(channels[c].bias);
    for (std::size_t column = 0; column < 3; ++column) {
      const std::int8_t* x = columns + (column * kChannels + c) * 4;
      const std::int8_t* w = channels[c].weights.data() + 4 * column;
      sum += static_cast<std::uint32_t>(x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3]);
    }
    sums[c] = static_cast<std::int32_t>(sum);
    multiplier[c] = channels[c].multiplier;
  }
  requantize(sums.data(), multiplier.data(), out, kChannels, range);
}

}  // namespace
}  // namespace spindle::twins

using namespace spindle::twins;

void spindle_dw3x3_s8_mve(const spindle_dw3x3_s8_mve_params* p, const void* in, void* out,
                          void* scratch, std::int32_t y, std::int32_t x, std::int32_t n) {
  const std::int32_t most = p->stride == 1 ? 8 : 4;  // outputs at a time
  const Range range{p->out_zero, p->lo, p->hi};
  expect(p->channels >= kChannels, __func__, "too few channels");
  expect(p->stride == 1 || p->stride == 2, __func__, "no such stride");
  auto* columns = static_cast<std::int8_t*>(scratch);
  auto* to = static_cast<std::int8_t*>(out);
  for (; n > 0; n -= most, x += most, to += std::ptrdiff_t{most} * p->channels) {
    const std::int32_t count = std::min(n, most);
    const std::int32_t* weights = p->weights;
    for (std::int32_t c = 0; c < p->channels; c += kChannels) {
      const std::int32_t first = std::min(c, p->channels - kChannels);
      std::array<Channel, kChannels> block;
      for (std::size_t i = 0; i < kChannels; ++i) {
        block[i] = channel_of(weights + i / kGroup * kGroupWords, i % kGroup, __func__);
      }
      weights += kGroupWords * kChannels / kGroup;
      interleave(*p, in, y, first, {x * p->stride - p->pad_left, (count - 1) * p->stride + 3},
                 columns);
      for (std::int32_t i = 0; i < count; ++i) {
        output(block, columns + std::ptrdiff_t{i} * p->stride * 4 * kChannels, range,
               to + std::ptrdiff_t{i} * p->channels + first);
      }
    }
  }
}

void spindle_dw_s8_mve(const spindle_dw_s8_mve_params* p, const void* in, void* out, std::int32_t y,
                       std::int32_t x, std::int32_t n) {
  constexpr std::int32_t kBlock = 8;
  constexpr std::array<std::int32_t, kBlock> kEvenFirst{0, 2, 4, 6, 1, 3, 5, 7};
  expect(p->channels >= kBlock, __func__, "too few channels");
  expect(p->kernel_h <= SPINDLE_DW_S8_MVE_ROWS, __func__, "the window is too high");
  Depthwise d;
  d.in = p->in;
  d.in_width = p->in_width;
  d.channels = p->channels;
  d.kernel_h = p->kernel_h;
  d.kernel_w = p->kernel_w;
  d.stride_h = p->stride_h;
  d.stride_w = p->stride_w;
  d.dilation_h = p->dilation_h;
  d.dilation_w = p->dilation_w;
  d.pad_top = p->pad_top;
  d.pad_left = p->pad_left;
  d.in_zero = p->in_zero;
  d.range = {p->out_zero, p->lo, p->hi};
  resize_data(d);
  const std::int32_t* packed = p->weights;
  for (std::int32_t c = 0; c < d.channels; c += kBlock) {
    const std::int32_t first = std::min(c, d.channels - kBlock);
    for (const std::int32_t i : kEvenFirst) {
      const std::size_t channel = first + i;
      d.bias[channel] = packed[0];
      std::memcpy(&d.multiplier[channel], packed + kBlock, sizeof(float));
      ++packed;
    }
    packed += kBlock;
    for (std::int32_t tap = 0; tap < d.kernel_h * d.kernel_w; ++tap, packed += kBlock / 2) {
      std::memcpy(d.weights.data() + std::ptrdiff_t{tap} * d.channels + first, packed,
                  kBlock * sizeof(std::int16_t));
    }
  }
  convolve(d, in, out, y, x, n);
}
