// Builds the Program from a Selection and its Plan.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/lower/names.h"
#include "compiler/lower/program.h"
#include "compiler/lower/select.h"
#include "compiler/plan/plan.h"

namespace spindle {

// The Program has one function per step, which computes one row after pulling the rows it needs,
// one function per cascade, and one that runs the model. No recursion, no function pointers.
[[nodiscard]] Program build_program(const Graph& graph, const Selection& selection,
                                    const Plan& plan);

}  // namespace spindle
