// Random canonical graphs of the MobileNetV2 family, int8, uint8 or float32, with weights.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace spindle::testing {

// `type` of activations: kI8, kU8 or kF32. Everything else follows from the seed: sizes (odd ones
// too), widths, strides, dilations, kernels, residuals, channel multipliers, taps (outputs in mid-network, branches that are
// concatenated, feature pyramids), head.
[[nodiscard]] Graph random_model(std::uint64_t seed, DType type);

}  // namespace spindle::testing
