// Boxes of detections.
#pragma once

#include <algorithm>
#include <array>

namespace spindle::reference {

using Box = std::array<float, 4>;  // the corner with the lower coordinates, then the opposite one

[[nodiscard]] inline float area(const Box& box) {
  return std::max(box[2] - box[0], 0.0F) * std::max(box[3] - box[1], 0.0F);
}

// Whether the intersection is more than `limit` of the union.
[[nodiscard]] inline bool overlap(const Box& a, const Box& b, float limit) {
  const Box common{std::max(a[0], b[0]), std::max(a[1], b[1]), std::min(a[2], b[2]),
                   std::min(a[3], b[3])};
  const float shared = area(common);
  const float all = area(a) + area(b) - shared;
  return all > 0 && shared > limit * all;
}

}  // namespace spindle::reference
