#include "compiler/lower/pack/pack_mve.h"

#include <algorithm>
#include <array>
#include <bit>

namespace spindle {
namespace {

constexpr std::size_t kVectorBytes = 16;  // bytes of a vector register
constexpr std::size_t kChannels = 4;      // channels whose biases and multipliers are stored
                                          // together
constexpr std::size_t kSide = 3;          // rows and columns of a depthwise window

std::int32_t word_of(const std::int8_t* bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 4; i-- > 0;) word = word << 8 | static_cast<std::uint8_t>(bytes[i]);
  return static_cast<std::int32_t>(word);
}

void append_bytes(std::vector<std::int32_t>& to, const std::vector<std::int8_t>& bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += 4) to.push_back(word_of(bytes.data() + i));
}

// The weights of one channel as blocks of kVectorBytes. The first block begins at input 0. The
// others follow so that the last one ends at the last input. Where the first two overlap, the first
// has zeros.
std::vector<std::int8_t> blocks_of(std::span<const std::int8_t> weights) {
  const std::size_t depth = weights.size();
  const std::size_t first = (depth - 1) % kVectorBytes + 1;
  std::vector<std::int8_t> bytes(weights.begin(),
                                 weights.begin() + static_cast<std::ptrdiff_t>(first));
  bytes.resize(kVectorBytes);
  bytes.insert(bytes.end(), weights.begin() + static_cast<std::ptrdiff_t>(first), weights.end());
  return bytes;
}

// [4 columns][4 rows], where the last column and the last row are zero.
std::vector<std::int8_t> columns_of(std::span<const std::int8_t> window) {
  std::vector<std::int8_t> bytes(kVectorBytes);
  for (std::size_t column = 0; column < kSide; ++column) {
    for (std::size_t row = 0; row < kSide; ++row) {
      bytes[4 * column + row] = window[kSide * row + column];
    }
  }
  return bytes;
}

std::span<const std::int8_t> weights_of(const ChannelData& data, std::size_t channel) {
  const std::size_t inputs = data.weights.size() / data.bias.size();
  return data.weights.subspan(channel * inputs, inputs);
}

void append_depthwise_group(std::vector<std::int32_t>& to, const ChannelData& data,
                            std::size_t first) {
  for (std::size_t c = first; c < first + kChannels; ++c) {
    to.push_back(data.bias[c]);
    to.push_back(std::bit_cast<std::int32_t>(data.multiplier[c]));
  }
  to.push_back(0);
  for (std::size_t c = first; c < first + kChannels; ++c) {
    append_bytes(to, columns_of(weights_of(data, c)));
  }
}

}  // namespace

std::vector<std::int32_t> pack_mve_gemm(const ChannelData& data) {
  const std::size_t channels = data.bias.size();
  std::vector<std::int32_t> words;
  for (std::size_t panel = 0; panel < channels; panel += kChannels) {
    const std::size_t first = std::min(panel, channels - kChannels);
    std::vector<std::vector<std::int8_t>> blocks;
    for (std::size_t c = first; c < first + kChannels; ++c) {
      blocks.push_back(blocks_of(weights_of(data, c)));
    }
    for (std::size_t at = 0; at < blocks.front().size(); at += kVectorBytes) {
      for (const auto& bytes : blocks) {
        for (std::size_t i = at; i < at + kVectorBytes; i += 4) words.push_back(word_of(&bytes[i]));
      }
    }
    for (std::size_t c = first; c < first + kChannels && !data.zero.empty(); ++c) {
      words.push_back(-data.zero[c]);
    }
    for (std::size_t c = first; c < first + kChannels; ++c) words.push_back(data.bias[c]);
    for (std::size_t c = first; c < first + kChannels; ++c) {
      words.push_back(std::bit_cast<std::int32_t>(data.multiplier[c]));
    }
  }
  return words;
}

std::vector<std::int32_t> pack_mve_dw3x3(const ChannelData& data) {
  const std::size_t channels = data.bias.size();
  std::vector<std::int32_t> words;
  for (std::size_t block = 0; block < channels; block += kVectorBytes) {
    const std::size_t first = std::min(block, channels - kVectorBytes);
    for (std::size_t c = first; c < first + kVectorBytes; c += kChannels) {
      append_depthwise_group(words, data, c);
    }
  }
  return words;
}

std::vector<std::int32_t> pack_mve_depthwise(const ChannelData& data) {
  constexpr std::size_t kBlock = 8;
  constexpr std::array<std::size_t, kBlock> kEvenFirst{0, 2, 4, 6, 1, 3, 5, 7};
  const std::size_t channels = data.bias.size();
  const std::size_t taps = data.weights.size() / channels;
  const auto centered = [&](std::size_t channel, std::size_t tap) {
    const int zero = data.zero.empty() ? 0 : data.zero[channel];
    return static_cast<std::uint32_t>(data.weights[channel * taps + tap] - zero);
  };
  std::vector<std::int32_t> words;
  for (std::size_t block = 0; block < channels; block += kBlock) {
    const std::size_t first = std::min(block, channels - kBlock);
    for (std::size_t c : kEvenFirst) words.push_back(data.bias[first + c]);
    for (std::size_t c : kEvenFirst) {
      words.push_back(std::bit_cast<std::int32_t>(data.multiplier[first + c]));
    }
    for (std::size_t t = 0; t < taps; ++t) {
      for (std::size_t c = first; c < first + kBlock; c += 2) {
        words.push_back(
            static_cast<std::int32_t>((centered(c, t) & 0xFFFFU) | centered(c + 1, t) << 16));
      }
    }
  }
  return words;
}

}  // namespace spindle
