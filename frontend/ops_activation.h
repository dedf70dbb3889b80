// Softmax, shared by the float and the QLinear operators.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Softmax along `axis` (may be negative). With `flattens`, the rule up to opset 12: over all
// dimensions from `axis` on at once, the input seen as a matrix.
[[nodiscard]] TensorId emit_softmax(NodeContext& node, TensorId x, std::int64_t axis, bool flattens,
                                    std::string_view suffix);

}  // namespace spindle::frontend
