// Random canonical graphs of the MobileNetV2 family, int8, uint8 or float32, with weights.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace spindle::testing {

// What a random model may have beside a chain of blocks.
enum class Branches {
  kNone,  // one output
  kMany,  // outputs in mid-network, branches that are concatenated, feature pyramids
};

// `type` of activations: kI8, kU8 or kF32. Everything else follows from the seed: sizes (odd ones
// too), widths, strides, dilations, kernels, residuals, channel multipliers, branches, head.
[[nodiscard]] Graph random_model(std::uint64_t seed, DType type,
                                 Branches branches = Branches::kNone);

}  // namespace spindle::testing
