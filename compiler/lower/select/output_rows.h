// --output-rows: outputs that are handed to the user row by row instead of written to a buffer.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/select/select.h"

namespace spindle {

// Every output that is written row by row goes to a function that the user defines. Its rows stay
// in the arena, one at a time, and a step after its writer hands each row over
// (KernelCall::output_row). Reports E0406 and returns false if no output is written row by row.
[[nodiscard]] bool hand_out_rows(Selection& selection, const Graph& graph,
                                 Diagnostics& diagnostics);

}  // namespace spindle
