// Checks that a graph is well formed; run between passes in debug and test builds.
#pragma once

#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

// Empty if the graph is well formed, else the first violation: topological order, single writer,
// inferred shapes and types equal to the tensors', quantization where an operator needs it, unique
// tensor names, constants that fill their shapes.
[[nodiscard]] std::string verify(const Graph& graph);

}  // namespace spindle
