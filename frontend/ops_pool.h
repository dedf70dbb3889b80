// Pooling, shared by the float and the QLinear operators.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// The pool that the node's attributes describe. Input 0 is an image, [N,H,W,C] if `channels_last`,
// else [N,C,H,W].
[[nodiscard]] Pool read_pool(NodeContext& node, PoolKind kind, bool channels_last);

}  // namespace spindle::frontend
