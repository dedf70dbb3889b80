// Checks that a graph is well formed; run between passes in debug and test builds.
#pragma once

#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

// Returns an empty string if the graph is well formed, else a description of the first violation.
// Checked are: topological order, one writer per tensor, types and shapes as inferred, a
// quantization wherever an operator needs one, unique tensor names, and constants whose data fill
// their shape.
[[nodiscard]] std::string verify(const Graph& graph);

}  // namespace spindle
