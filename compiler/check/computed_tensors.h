// What a Program computes for every tensor of its graph.
#pragma once

#include <span>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// By TensorId, each in the tensor's own type and shape; null for constants, and for what the
// Program never has as a whole (a tensor that was folded into another step). Runs the Program in
// this process, whatever its target, and passes check_program on the way; an internal error if it
// is wrong. `inputs` are the graph's, of their types and shapes.
[[nodiscard]] std::vector<ConstantPtr> computed_tensors(const Graph& graph, const Program& program,
                                                        std::span<const ConstantPtr> inputs);

}  // namespace spindle
