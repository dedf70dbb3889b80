// The roundings of the numeric contract (docs/numeric-contract.md), each written once.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/ir/tensor.h"

namespace spindle::reference {

// Rounds to the nearest integer, ties to even, as nearbyint does in the default rounding mode.
// Spindle never changes that mode.
[[nodiscard]] inline float round_half_even(float x) {
  constexpr float kEven = 0x1.8p23F;  // floats of this size are whole numbers
  if (std::abs(x) < 0x1p22F) return (x + kEven) - kEven;
  return std::nearbyint(x);
}

// Limits a whole number or an infinity to lo..hi. NaN, which the contract does not cover, becomes
// `lo`.
[[nodiscard]] inline std::int64_t saturate(double x, std::int64_t lo, std::int64_t hi) {
  if (!(x > static_cast<double>(lo))) return lo;
  if (x >= static_cast<double>(hi)) return hi;
  return static_cast<std::int64_t>(x);
}

// The least and the greatest value of an integer type. kBool has 0 and 1.
[[nodiscard]] inline std::int64_t lowest_of(DType type) {
  switch (type) {
    case DType::kI8:
      return std::numeric_limits<std::int8_t>::min();
    case DType::kI16:
      return std::numeric_limits<std::int16_t>::min();
    case DType::kI32:
      return std::numeric_limits<std::int32_t>::min();
    case DType::kI64:
      return std::numeric_limits<std::int64_t>::min();
    default:
      return 0;
  }
}
[[nodiscard]] inline std::int64_t highest_of(DType type) {
  switch (type) {
    case DType::kI8:
      return std::numeric_limits<std::int8_t>::max();
    case DType::kU8:
      return std::numeric_limits<std::uint8_t>::max();
    case DType::kI16:
      return std::numeric_limits<std::int16_t>::max();
    case DType::kI32:
      return std::numeric_limits<std::int32_t>::max();
    case DType::kI64:
      return std::numeric_limits<std::int64_t>::max();
    default:
      return 1;
  }
}

// saturate(round_half_even(x / scale) + zero_point). The quotient is rounded to float32 first; the
// zero point is added to the rounded integer (in double, where the sum is exact).
[[nodiscard]] inline std::int64_t quantize(float x, float scale, std::int32_t zero_point,
                                           DType type) {
  const float quotient = x / scale;
  const auto rounded = static_cast<double>(round_half_even(quotient));
  return saturate(rounded + zero_point, lowest_of(type), highest_of(type));
}

// (q - zero_point) * scale: the difference is exact, then rounded to float32, then the product.
[[nodiscard]] inline float dequantize(std::int64_t q, float scale, std::int32_t zero_point) {
  const auto difference = static_cast<float>(q - zero_point);
  return difference * scale;
}

// Converts an int32 accumulator to 8 bits, with one float32 multiplier per output channel or one
// for all.
struct Requantizer {
  std::vector<float> multiplier;  // size 1 or the number of channels
  std::int32_t zero_point;
  QuantLimits limits;

  // `acc` is the accumulator modulo 2^32, as hardware keeps it.
  [[nodiscard]] std::int64_t operator()(std::uint32_t acc, std::int64_t channel) const {
    const float m = multiplier[multiplier.size() == 1 ? 0 : channel];
    const auto converted = static_cast<float>(static_cast<std::int32_t>(acc));
    const float product = converted * m;
    const auto rounded = static_cast<double>(round_half_even(product));
    return saturate(rounded + zero_point, limits.lo, limits.hi);
  }
};

// min(max(x, lo), hi); NaN stays NaN.
[[nodiscard]] inline float clamp(float x, const Activation& act) {
  const float low = x < act.lo ? act.lo : x;
  return low > act.hi ? act.hi : low;
}

}  // namespace spindle::reference
