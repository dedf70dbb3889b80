// Weights with their dimensions in the order that the graph's operators need.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Input `index` with its dimensions permuted. A constant becomes a new constant, and the axis of
// `quant` moves with its dimension. Weights that are computed from constants (by DequantizeLinear,
// for instance) get a Transpose, which a pass folds. Weights computed at run time are refused
// (E0102). Nodes that share weights share the result.
[[nodiscard]] TensorId permuted_weights(NodeContext& node, int index, const std::vector<int>& perm,
                                        const std::optional<Quant>& quant = {});

// `data` permuted: dimension i of the result is dimension perm[i] of `data`. Takes any element
// type.
[[nodiscard]] ConstantPtr permute(const Constant& data, const std::vector<int>& perm);

}  // namespace spindle::frontend
