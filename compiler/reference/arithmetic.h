// The roundings of the numeric contract (docs/numeric-contract.md), each written once.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/ir/tensor.h"

namespace spindle::reference {

// Ties go to the even neighbour: nearbyint in the default rounding mode, which nothing changes.
[[nodiscard]] inline float round_half_even(float x) {
  constexpr float kEven = 0x1.8p23F;  // its neighbours are whole numbers, so a sum is rounded to one
  if (std::abs(x) < 0x1p22F) return (x + kEven) - kEven;
  return std::nearbyint(x);
}

// An integral value (or an infinity) limited to lo..hi. NaN, outside the contract, becomes `lo`.
[[nodiscard]] inline std::int64_t saturate(double x, std::int64_t lo, std::int64_t hi) {
  if (!(x > static_cast<double>(lo))) return lo;
  if (x >= static_cast<double>(hi)) return hi;
  return static_cast<std::int64_t>(x);
}

// Range of an integer type. kBool is 0..1.
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

// int32 accumulator -> 8-bit, one float32 multiplier per output channel or one for all.
struct Requantizer {
  std::vector<float> multiplier;  // size 1 or the number of channels
  std::int32_t zero_point;
  QuantLimits limits;

  // `acc` is the accumulator modulo 2^32, as hardware keeps it.
  [[nodiscard]] std::int64_t operator()(std::uint32_t acc, std::int64_t channel) const {
    const float m = multiplier[multiplier.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
    const auto converted = static_cast<float>(static_cast<std::int32_t>(acc));
    const float product = converted * m;
    const auto rounded = static_cast<double>(round_half_even(product));
    return saturate(rounded + zero_point, limits.lo, limits.hi);
  }
};

// min(max(x, lo), hi); NaN stays.
[[nodiscard]] inline float clamp(float x, const Activation& act) {
  const float low = x < act.lo ? act.lo : x;
  return low > act.hi ? act.hi : low;
}

}  // namespace spindle::reference
