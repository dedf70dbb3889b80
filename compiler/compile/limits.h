// What no generated code can hold, found before any planning is done for it.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Generated code counts bytes in int32, and the planner looks at every row.
constexpr std::int64_t kMostTensorBytes = 2147483647;
constexpr std::int64_t kMostImageRows = 65536;

// Each operator becomes a function of generated code. A hundred times what the largest networks of
// the family have.
constexpr std::size_t kMostOperators = 50000;

// Reports, for a canonical graph,
// - more than kMostOperators operators (E0205),
// - run-time tensors of more than kMostTensorBytes, images of more than kMostImageRows rows, inputs
//   and outputs without elements (E0203),
// - constants that hold NaN and infinite weights of sums of products, as they were given or as
//   folding made them (E0204).
// Returns false if there was any.
[[nodiscard]] bool within_limits(const Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
