// The values that a Program computes for the tensors of its graph.
#pragma once

#include <span>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Runs the Program in this process, whatever its target. Each value is in the tensor's own type
// and shape; nullptr for constants and for tensors that the Program never
// holds whole (because they were folded into another step). `inputs` are those of the graph, in
// their types and shapes. The Program must pass check_program, which runs along; otherwise it is an
// internal error.
[[nodiscard]] IdVector<TensorId, ConstantPtr> computed_tensors(const Graph& graph,
                                                               const Program& program,
                                                               std::span<const ConstantPtr> inputs);

}  // namespace spindle
