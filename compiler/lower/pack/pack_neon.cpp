#include "compiler/lower/pack/pack_neon.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace spindle {
namespace {

constexpr int kVector = 16;  // bytes of a vector register
constexpr int kTaps = 9;

// A block of the inputs first, first + 1, ...; those before `done` were read already, so they are
// -1.
std::vector<int> block(int first, int size, int done = 0) {
  std::vector<int> result;
  for (int i = first; i < first + size; ++i) result.push_back(i < done ? -1 : i);
  return result;
}

std::int8_t at(std::span<const std::int8_t> values, std::size_t first, int index) {
  return index < 0 ? std::int8_t{0} : values[first + index];
}

// The first channel of each block.
std::vector<std::size_t> channel_blocks(std::size_t channels, std::size_t block) {
  std::vector<std::size_t> result;
  for (std::size_t c = 0; c < channels; c += block) {
    result.push_back(std::min(c, channels - block));
  }
  return result;
}

// Appends the first values, one for each channel of a panel, as bytes.
template <typename T>
void append_head(std::vector<std::int8_t>& to, std::span<const T> values,
                 const GemmLayout& layout) {
  const auto append = [&](int channel) {
    const auto bits = std::bit_cast<std::uint32_t>(values[channel]);
    for (int byte = 0; byte < 4; ++byte) {
      to.push_back(static_cast<std::int8_t>(bits >> (8 * byte) & 0xFF));
    }
  };
  for (int c = 0; c < layout.channels; c += 2) {
    for (int copy = 0; copy < (layout.by_twos ? 2 : 1); ++copy) {
      append(c);
      append(c + 1);
    }
  }
}

int inputs_of(const ReadOrder& order) {
  int last = -1;
  for (const auto& bytes : order) {
    for (int index : bytes) last = std::max(last, index);
  }
  return last + 1;
}

}  // namespace

ReadOrder dot_order(int depth) {
  ReadOrder order;
  if (depth < kVector) {
    order = {block(0, 4), block(4, 4)};
    if (depth > 8) {
      order.push_back(block(depth - 8, 4, 8));
      order.push_back(block(depth - 4, 4, 8));
    }
    return order;
  }
  const int whole = depth / kVector * kVector;
  for (int k = 0; k < whole; k += 4) order.push_back(block(k, 4));
  const int quads = (depth - whole + 3) / 4;
  for (int q = quads; q > 0; --q) order.push_back(block(depth - 4 * q, 4, whole));
  return order;
}

ReadOrder neon_order(int depth) {
  if (depth < kVector) {
    std::vector<int> both = block(0, 8);
    for (int index : block(depth - 8, 8, 8)) both.push_back(index);
    return {both};
  }
  ReadOrder order;
  const int whole = depth / kVector * kVector;
  for (int k = 0; k < whole; k += kVector) order.push_back(block(k, kVector));
  const int rest = depth - whole;
  if (rest > 8) order.push_back(block(depth - kVector, kVector, whole));
  if (rest > 0 && rest <= 8) order.push_back(block(depth - 8, 8, whole));
  return order;
}

ReadOrder i8mm_order(int depth) {
  ReadOrder order;
  const int whole = depth / kVector * kVector;
  for (int k = 0; k < whole; k += 8) order.push_back(block(k, 8));
  const int first = whole == 0 ? 0 : depth - kVector;
  if (depth - whole > 8) order.push_back(block(first, 8, whole));
  if (depth > whole)
    order.push_back(block(depth - 8, 8, std::max(whole, depth - whole > 8 ? first + 8 : 0)));
  return order;
}

std::vector<std::int8_t> pack_panels(const GemmLayout& layout, std::span<const std::int8_t> values,
                                     std::span<const std::int32_t> bias,
                                     std::span<const float> multiplier) {
  const int outputs = static_cast<int>(bias.size());
  const auto inputs = values.size() / bias.size();
  std::vector<std::int8_t> result;
  for (int panel = 0; panel < outputs; panel += layout.channels) {
    const int first = std::min(panel, outputs - layout.channels);
    append_head(result, bias.subspan(first), layout);
    append_head(result, multiplier.subspan(first), layout);
    for (const auto& bytes : layout.order) {
      for (int o = first; o < first + layout.channels; ++o) {
        for (int index : bytes) {
          result.push_back(at(values, static_cast<std::size_t>(o) * inputs, index));
        }
      }
    }
  }
  return result;
}

bool pairs_fit(std::span<const std::int8_t> values, const ReadOrder& order) {
  const std::size_t inputs = inputs_of(order);
  for (std::size_t first = 0; first < values.size(); first += inputs) {
    for (const auto& bytes : order) {
      for (std::size_t i = 0; i + 8 < bytes.size(); ++i) {
        if (at(values, first, bytes[i]) == -128 && at(values, first, bytes[i + 8]) == -128) {
          return false;
        }
      }
    }
  }
  return true;
}

std::vector<std::int8_t> pack_dw3x3_dot(std::span<const std::int8_t> values) {
  std::vector<std::int8_t> result;
  for (std::size_t first : channel_blocks(values.size() / kTaps, kVector)) {
    for (int column = 0; column < 3; ++column) {
      for (std::size_t c = first; c < first + kVector; ++c) {
        for (int row = 0; row < 3; ++row) {
          result.push_back(at(values, c * kTaps, 3 * row + column));
        }
        result.push_back(0);
      }
    }
  }
  return result;
}

std::vector<std::int8_t> pack_dw3x3_neon(std::span<const std::int8_t> values, std::size_t block) {
  std::vector<std::int8_t> result;
  for (std::size_t first : channel_blocks(values.size() / kTaps, block)) {
    for (int tap = 0; tap < kTaps; ++tap) {
      for (std::size_t c = first; c < first + block; ++c) {
        result.push_back(at(values, c * kTaps, tap));
      }
    }
  }
  return result;
}

bool dw3x3_pairs_fit(std::span<const std::int8_t> values) {
  constexpr int kPairs[][2] = {{0, 3}, {1, 4}, {2, 5}, {6, 7}};
  for (std::size_t first = 0; first < values.size(); first += kTaps) {
    for (const auto& pair : kPairs) {
      if (at(values, first, pair[0]) == -128 && at(values, first, pair[1]) == -128) return false;
    }
  }
  return true;
}

bool narrow_results(std::span<const std::int8_t> values, std::span<const std::int32_t> zeros,
                    std::span<const std::int32_t> bias, std::span<const float> multiplier) {
  constexpr double kLargest = 32767 - 128 - 1;  // minus the largest zero point, minus 1 for the
                                                // rounding
  const auto inputs = values.size() / bias.size();
  for (std::size_t o = 0; o < bias.size(); ++o) {
    std::int64_t lowest = bias[o];
    std::int64_t highest = bias[o];
    for (std::size_t i = 0; i < inputs; ++i) {
      const std::int64_t weight = values[o * inputs + i] - (zeros.empty() ? 0 : zeros[o]);
      lowest -= weight * (weight > 0 ? 128 : -127);
      highest += weight * (weight > 0 ? 127 : -128);
    }
    const auto largest = static_cast<double>(std::max(std::abs(lowest), std::abs(highest)));
    // If the sum can wrap around, this computation says nothing about it.
    if (largest >= 0x1p31 || !(largest * multiplier[o] <= kLargest)) return false;
  }
  return true;
}

std::vector<std::int16_t> pack_dw3x3_wide(const IntWeights& weights) {
  constexpr std::size_t kBlock = 8;
  const std::size_t channels = weights.values.size() / kTaps;
  std::vector<std::int16_t> result;
  for (std::size_t block = 0; block < channels; block += kBlock) {
    const std::size_t first = std::min(block, channels - kBlock);
    for (int tap = 0; tap < kTaps; ++tap) {
      for (std::size_t c = first; c < first + kBlock; ++c) {
        const int zero = weights.zero.empty() ? 0 : weights.zero[c];
        result.push_back(static_cast<std::int16_t>(at(weights.values, c * kTaps, tap) - zero));
      }
    }
  }
  return result;
}

}  // namespace spindle
