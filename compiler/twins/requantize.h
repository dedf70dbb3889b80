// int32 sums to int8 outputs, as the kernels with vectors do it.
#pragma once

#include <cstdint>

namespace spindle::twins {

struct Range {
  std::int32_t zero = 0, lo = -128, hi = 127;
  // As `simple` in runtime/neon/spindle_neon.h: the low 16 bits of the rounded product are taken for it.
  bool simple = false;
};

// That of the NEON kernels' structs, whose `narrow` promises that 16 bits suffice.
[[nodiscard]] Range neon_range(std::int32_t zero, std::int32_t lo, std::int32_t hi,
                               std::int32_t narrow);

// `count` sums with a multiplier each.
void requantize(const std::int32_t* sums, const float* multiplier, std::int8_t* out,
                std::int32_t count, const Range& range);

}  // namespace spindle::twins
