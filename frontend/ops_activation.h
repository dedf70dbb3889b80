// Softmax, shared by the float and the QLinear operators.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Softmax along `axis`, which may be negative. `flattens` selects the rule of opsets up to 12: one
// softmax over all dimensions from `axis` on together.
[[nodiscard]] TensorId emit_softmax(NodeContext& node, TensorId x, std::int64_t axis, bool flattens,
                                    std::string_view suffix);

}  // namespace spindle::frontend
