// Sums of products over contiguous elements.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spindle::reference {

// The sum of float32 products, in double. Kernels may sum in float32 in any order; the tolerance of
// the numeric contract covers the difference.
[[nodiscard]] inline double dot(const float* a, const float* b, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
  return sum;
}

// The sum of products of centered 8-bit values (q - zero point), modulo 2^32 like an int32
// accumulator.
[[nodiscard]] inline std::uint32_t dot(const std::int16_t* a, const std::int16_t* b,
                                       std::int64_t count) {
  std::uint32_t sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    sum += static_cast<std::uint32_t>(std::int32_t{a[i]} * std::int32_t{b[i]});
  }
  return sum;
}

// Adds products element by element: sums[i] += a[i] * b[i].
inline void add_products(const float* a, const float* b, std::vector<double>& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  }
}

inline void add_products(const std::int16_t* a, const std::int16_t* b,
                         std::vector<std::uint32_t>& sums) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    sums[i] += static_cast<std::uint32_t>(std::int32_t{a[i]} * std::int32_t{b[i]});
  }
}

}  // namespace spindle::reference
