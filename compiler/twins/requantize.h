// Requantizes int32 sums to int8, like the vector kernels.
#pragma once

#include <cstdint>

namespace spindle::twins {

struct Range {
  std::int32_t zero = 0, lo = -128, hi = 127;
  // As `simple` in runtime/neon/spindle_neon.h: only the low 16 bits of the rounded product are
  // used.
  bool simple = false;
};

// The Range of a NEON kernel's parameters; `narrow` promises that 16 bits are enough.
[[nodiscard]] Range neon_range(std::int32_t zero, std::int32_t lo, std::int32_t hi,
                               std::int32_t narrow);

// Requantizes `count` sums; each has its own multiplier.
void requantize(const std::int32_t* sums, const float* multiplier, std::int8_t* out,
                std::int32_t count, const Range& range);

}  // namespace spindle::twins
