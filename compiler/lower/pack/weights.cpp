#include "compiler/lower/pack/weights.h"

#include <algorithm>
#include <array>
#include <bit>

#include "compiler/ir/diagnostics.h"

namespace spindle {

IntWeights int_weights(const Tensor& weights) {
  const int shift = weights.type == DType::kU8 ? 128 : 0;
  IntWeights result;
  for (const std::byte byte : weights.constant->bytes()) {  // stored as int8, or as uint8 minus 128
    result.values.push_back(
        static_cast<std::int8_t>(static_cast<std::uint8_t>(static_cast<int>(byte) - shift)));
  }
  const Quant& quant = *weights.quant;
  const std::size_t outputs = weights.shape[0];
  for (std::size_t o = 0; o < outputs; ++o) {
    result.zero.push_back(quant.zero_point[quant.per_tensor() ? 0 : o] - shift);
  }
  if (std::all_of(result.zero.begin(), result.zero.end(), [](int z) { return z == 0; })) {
    result.zero.clear();
  }
  return result;
}

IntWeights centered_weights(const Tensor& weights) {
  IntWeights original = int_weights(weights);
  if (original.zero.empty()) return original;
  const std::size_t taps = original.values.size() / original.zero.size();
  IntWeights result;
  for (std::size_t i = 0; i < original.values.size(); ++i) {
    const int value = original.values[i] - original.zero[i / taps];
    if (value < -128 || value > 127) return original;
    result.values.push_back(static_cast<std::int8_t>(value));
  }
  return result;
}

bool neighbours_fit(const std::vector<std::int8_t>& values, std::size_t outputs) {
  const std::size_t inputs = outputs == 0 ? 0 : values.size() / outputs;
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::int8_t* w = values.data() + o * inputs;
    for (std::size_t k = 0; k + 1 < inputs; k += 2) {
      if (w[k] == -128 && w[k + 1] == -128) return false;
    }
  }
  return true;
}

std::vector<float> multipliers(const Tensor& x, const Tensor& weights, const Tensor& y) {
  const Quant& quant = *weights.quant;
  std::vector<float> result;
  for (std::int64_t o = 0; o < weights.shape[0]; ++o) {
    const float product = x.quant->scale[0] * quant.scale[quant.per_tensor() ? 0 : o];
    result.push_back(product / y.quant->scale[0]);
  }
  return result;
}

std::vector<std::int32_t> int_bias(const Tensor* bias, std::int64_t outputs) {
  std::vector<std::int32_t> result(outputs, 0);
  if (bias == nullptr) return result;
  check_internal(bias->constant != nullptr, "bias is not constant");
  const auto values = bias->constant->as<std::int32_t>();
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

std::vector<float> float_panels(const std::vector<float>& values, std::size_t outputs,
                                std::size_t panel) {
  const std::size_t inputs = values.size() / outputs;
  const std::size_t panels = (outputs + panel - 1) / panel;
  std::vector<float> result(panels * inputs * panel, 0.0F);
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t k = 0; k < inputs; ++k) {
      result[(o / panel * inputs + k) * panel + o % panel] = values[o * inputs + k];
    }
  }
  return result;
}

std::vector<float> float_values(const Tensor& tensor) {
  const auto values = tensor.constant->as<float>();
  return {values.begin(), values.end()};
}

std::vector<float> float_bias(const Tensor* bias, std::size_t size) {
  std::vector<float> result(size, 0.0F);
  if (bias == nullptr) return result;
  check_internal(bias->constant != nullptr, "bias is not constant");
  const auto values = bias->constant->as<float>();
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

std::vector<std::int32_t> dsp_pairs(const IntWeights& weights,
                                    const std::vector<std::int32_t>& bias,
                                    const std::vector<std::int32_t>& multipliers) {
  const std::size_t outputs = bias.size();
  const std::size_t taps = outputs == 0 ? 0 : weights.values.size() / outputs;
  const std::size_t words = (taps + 7) / 8 * 4;
  const auto weight = [&](std::size_t o, std::size_t t) -> std::uint32_t {
    // Padding must count as zero, so it is stored as the zero point, which the kernel subtracts.
    const int zero = o >= outputs || weights.zero.empty() ? 0 : weights.zero[o];
    const int value = o < outputs && t < taps ? weights.values[o * taps + t] : zero;
    return static_cast<std::uint8_t>(value);
  };
  std::vector<std::int32_t> result;
  for (std::size_t o = 0; o < outputs; o += 2) {
    const bool both = o + 1 < outputs;
    result.insert(result.end(),
                  {bias[o], both ? bias[o + 1] : 0, multipliers[o], multipliers[o + 1]});
    for (std::size_t i = 0; i < words; ++i) {
      const std::size_t t = i / 2 * 4 + i % 2;
      const std::uint32_t word = weight(o, t) | weight(o + 1, t) << 8 | weight(o, t + 2) << 16 |
                                 weight(o + 1, t + 2) << 24;
      result.push_back(static_cast<std::int32_t>(word));
    }
  }
  return result;
}

IntWeights words_first(const IntWeights& weights, std::size_t outputs, std::size_t rows,
                       std::size_t run) {
  IntWeights result;
  result.zero = weights.zero;
  const std::size_t words = run / 4 * 4;
  for (std::size_t o = 0; o < outputs; ++o) {
    const auto append = [&](std::size_t row, std::size_t first, std::size_t last) {
      const std::int8_t* values = weights.values.data() + (o * rows + row) * run;
      result.values.insert(result.values.end(), values + first, values + last);
    };
    for (std::size_t row = 0; row < rows; ++row) append(row, 0, words);
    for (std::size_t row = 0; row < rows; ++row) append(row, words, run);
  }
  return result;
}

std::vector<std::int32_t> dsp_depthwise(const std::vector<std::int8_t>& values,
                                        const std::vector<std::int32_t>& bias) {
  constexpr std::size_t kBlock = 4;
  constexpr std::array<std::size_t, 4> kOrder{0, 2, 1, 3};
  const std::size_t channels = bias.size();
  std::vector<std::int32_t> result;
  for (std::size_t begin = 0; begin < channels; begin += kBlock) {
    for (std::size_t c : kOrder) {
      const std::size_t channel = std::min(begin, channels - kBlock) + c;
      const std::int8_t* w = values.data() + channel * 9;
      const auto word = [&](std::size_t a, std::size_t b, std::size_t c2, std::size_t d) {
        const auto byte = [&](std::size_t t) -> std::uint32_t {
          return static_cast<std::uint8_t>(w[t]);
        };
        return static_cast<std::int32_t>(byte(a) | byte(b) << 8 | byte(c2) << 16 | byte(d) << 24);
      };
      result.insert(result.end(), {word(0, 1, 3, 4), word(2, 6, 5, 7), w[8], bias[channel]});
    }
  }
  return result;
}

namespace {

// The weights of a channel minus their zero point: for each column, pairs of rows; then the last
// row, which has no partner, as pairs of columns.
void append_window_pairs(std::vector<std::int32_t>& to, const std::vector<int>& w,
                         std::size_t side) {
  const auto pair = [](int low, int high) {
    return static_cast<std::int32_t>((static_cast<std::uint32_t>(low) & 0xFFFFU) |
                                     static_cast<std::uint32_t>(high) << 16);
  };
  for (std::size_t column = 0; column < side; ++column) {
    for (std::size_t row = 0; row + 1 < side; row += 2) {
      to.push_back(pair(w[row * side + column], w[(row + 1) * side + column]));
    }
  }
  const int* last = w.data() + side * (side - 1);
  for (std::size_t column = 0; column + 1 < side; column += 2) {
    to.push_back(pair(last[column], last[column + 1]));
  }
  // The last tap is a word of its own for 3 x 3, and for 5 x 5 a pair whose upper half is not used.
  to.push_back(side == 3 ? last[2] : pair(last[side - 1], 0));
}

}  // namespace

std::vector<std::int32_t> dsp_depthwise_pairs(const IntWeights& weights,
                                              const std::vector<std::int32_t>& bias,
                                              std::size_t side) {
  constexpr std::size_t kBlock = 4;
  constexpr std::array<std::size_t, 4> kOrder{0, 2, 1, 3};
  const std::size_t channels = bias.size();
  const std::size_t taps = side * side;
  std::vector<std::int32_t> result;
  for (std::size_t begin = 0; begin < channels; begin += kBlock) {
    for (std::size_t c : kOrder) {
      const std::size_t channel = std::min(begin, channels - kBlock) + c;
      std::vector<int> centered;
      for (std::size_t t = 0; t < taps; ++t) {
        const int zero = weights.zero.empty() ? 0 : weights.zero[channel];
        centered.push_back(weights.values[channel * taps + t] - zero);
      }
      append_window_pairs(result, centered, side);
      result.push_back(bias[channel]);
    }
  }
  return result;
}

}  // namespace spindle
