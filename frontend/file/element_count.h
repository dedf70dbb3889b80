// Counting elements without overflow.
#pragma once

#include <algorithm>
#include <cstdint>

namespace spindle::frontend {

constexpr std::int64_t kMostElements = std::int64_t{1} << 40;

// Multiplies `count` (1..kMostElements) by `extent` (>= 0). Returns false and leaves `count`
// unchanged if the product would exceed kMostElements. An extent of 0 counts as 1, so that it
// cannot hide that the other extents are too large.
[[nodiscard]] inline bool multiply_count(std::int64_t& count, std::int64_t extent) {
  extent = std::max<std::int64_t>(extent, 1);
  if (extent > kMostElements / count) return false;
  count *= extent;
  return true;
}

}  // namespace spindle::frontend
