// Weights in the order the graph's operators want.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Input `index` with its dimensions permuted: directly as a new constant (with its Quant's axis),
// or through a Transpose that a pass folds when the weights are computed from constants (DQ).
// Weights computed at run time are refused. Nodes that share weights share the result.
[[nodiscard]] TensorId permuted_weights(NodeContext& node, int index, const std::vector<int>& perm,
                                        const std::optional<Quant>& quant = {});

// `data` with dimension i of the result being dimension perm[i] of `data`; any element type.
[[nodiscard]] ConstantPtr permute(const Constant& data, const std::vector<int>& perm);

}  // namespace spindle::frontend
