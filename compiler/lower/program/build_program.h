// Builds the Program from a Selection and its Plan.
#pragma once

#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"
#include "compiler/lower/select/select.h"
#include "compiler/plan/plan.h"
#include "compiler/support/names.h"

namespace spindle {

// The Program has one function per step, which computes one row after pulling the rows it needs,
// one function per cascade, and one that runs the model. No recursion, no function pointers.
[[nodiscard]] Program build_program(const Graph& graph, const Selection& selection,
                                    const Plan& plan);

}  // namespace spindle
