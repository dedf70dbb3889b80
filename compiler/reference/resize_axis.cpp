#include "compiler/reference/resize_axis.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace spindle::reference {

ResizeAxis::ResizeAxis(const Resize& op, int dimension, std::int64_t extent)
    : op_(op), in_(extent), out_(op.size[dimension]) {
  const float given = op.scale[dimension];
  scale_ = given > 0 ? given : static_cast<float>(out_) / static_cast<float>(in_);
}

float ResizeAxis::unclamped(std::int64_t index) const {
  const auto x = static_cast<float>(index);
  switch (op_.coordinates) {
    case ResizeCoordinates::kAsymmetric:
      return x / scale_;
    case ResizeCoordinates::kAlignCorners:
      if (out_ == 1) return 0;
      return x * static_cast<float>(in_ - 1) / static_cast<float>(out_ - 1);
    case ResizeCoordinates::kPytorchHalfPixel:
      if (out_ == 1) return 0;
      break;
    case ResizeCoordinates::kHalfPixel:
      break;
  }
  return (x + 0.5F) / scale_ - 0.5F;
}

float ResizeAxis::coordinate(std::int64_t index) const {
  return std::clamp(unclamped(index), 0.0F, static_cast<float>(in_ - 1));
}

std::int64_t ResizeAxis::nearest(std::int64_t index) const {
  // As in ONNX Runtime, a coordinate that differs from a half by no more than rounding counts as a
  // half. For example, 1 / (2 / 7) is 3.5, but a little less in float32.
  constexpr float kRoundingOfHalf = 1e-6F;
  const float x = unclamped(index);
  const bool half = std::abs(x - std::floor(x) - 0.5F) < kRoundingOfHalf;
  float rounded = 0;
  switch (op_.nearest) {
    case ResizeNearest::kRoundPreferFloor:
      rounded = half ? std::floor(x) : std::round(x);
      break;
    case ResizeNearest::kRoundPreferCeil:
      rounded = half ? std::ceil(x) : std::round(x);
      break;
    case ResizeNearest::kFloor:
      rounded = std::floor(x);
      break;
    case ResizeNearest::kCeil:
      rounded = std::ceil(x);
      break;
  }
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, in_ - 1);
}

}  // namespace spindle::reference
