// --output-u8: class indices as uint8.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Turns each output that is an index of at most 256 classes (an ArgMax, perhaps behind casts and
// reshapes) into uint8. Reports E0407 and returns false if there is no such output. The graph is as
// imported, before any pass.
[[nodiscard]] bool take_indices_as_u8(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
