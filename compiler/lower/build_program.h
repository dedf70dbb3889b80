// Selection + Plan -> Program.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/lower/program.h"
#include "compiler/lower/select.h"
#include "compiler/plan/plan.h"

namespace spindle {

// One function per step (computes one row, pulling the rows it needs), one per cascade, and one
// that runs the model. No recursion, no function pointers.
[[nodiscard]] Program build_program(const Graph& graph, const Selection& selection,
                                    const Plan& plan);

// `text` as a C identifier: other characters become '_', a leading digit is prefixed.
[[nodiscard]] std::string c_identifier(const std::string& text);

}  // namespace spindle
