// The ids of a graph's tensors, nodes and blocks, and of its inputs and outputs.
#pragma once

#include "compiler/support/id.h"

namespace spindle {

using TensorId = Id<struct TensorTag>;
using NodeId = Id<struct NodeTag>;
using BlockId = Id<struct BlockTag>;
using InputId = Id<struct InputTag>;    // of the model, in Graph::inputs
using OutputId = Id<struct OutputTag>;  // of the model, in Graph::outputs

inline constexpr TensorId kNoTensor{};

}  // namespace spindle
