// Pooling, shared by the float and the QLinear operators.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// The pool that the node's attributes describe, over image input 0.
[[nodiscard]] Pool read_pool(NodeContext& node, PoolKind kind, bool channels_last);

}  // namespace spindle::frontend
