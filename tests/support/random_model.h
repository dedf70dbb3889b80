// Random canonical graphs of the MobileNetV2 family, int8, uint8 or float32, with weights.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace spindle::testing {

// What a random model may have besides a chain of blocks.
enum class Branches {
  kNone,  // one output
  kMany,  // outputs in the middle of the network, concatenated branches, feature pyramids
};

// `type` is the type of activations: kI8, kU8 or kF32. The seed decides everything else: sizes (odd
// ones too), widths, strides, dilations, kernels, residuals, channel multipliers, branches, head.
[[nodiscard]] Graph random_model(std::uint64_t seed, DType type,
                                 Branches branches = Branches::kNone);

}  // namespace spindle::testing
