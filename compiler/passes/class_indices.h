// --output-u8: classes as bytes.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Outputs that are indices of at most 256 classes become uint8. Reports E0407 and returns false if
// there are none. The graph is as imported.
[[nodiscard]] bool take_indices_as_u8(Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
