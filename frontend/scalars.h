// Small constants that converters make.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// A float32 scalar (rank 0).
[[nodiscard]] inline TensorId scalar(NodeContext& node, float value) {
  return node.add_constant("/scalar", Constant::floats({}, {value}));
}

}  // namespace spindle::frontend
