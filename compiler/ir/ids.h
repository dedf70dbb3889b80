// The ids of a graph's tensors, nodes and blocks.
#pragma once

#include "compiler/support/id.h"

namespace spindle {

using TensorId = Id<struct TensorTag>;
using NodeId = Id<struct NodeTag>;
using BlockId = Id<struct BlockTag>;

inline constexpr TensorId kNoTensor{};

}  // namespace spindle
