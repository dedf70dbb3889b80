// Chooses kernels for the nodes of a canonical graph, depending on the target. The result is a
// graph of steps.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/kernel/kernel.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"
#include "compiler/target/target.h"

namespace spindle {

struct Selection {
  StepGraph steps;
  IdVector<StepId, std::vector<KernelCall>> calls;  // for each row, in order
  IdVector<ConstantId, ConstArray> constants;
  std::vector<ConstantId> constant_outputs;  // by model output: the constant to which it is equal
};

// Chooses kernels for all nodes. Reports every operator without a kernel (E0102) and types that
// cannot be inputs or outputs (E0202); then returns nothing. uint8 activations are held as int8
// (minus 128), except in the model's inputs and outputs.
[[nodiscard]] std::optional<Selection> select_kernels(const Graph& graph, const Target& target,
                                                      Diagnostics& diagnostics);

}  // namespace spindle
