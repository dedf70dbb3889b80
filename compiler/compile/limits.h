// Limits of generated code, checked before any planning is done.
#pragma once

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Generated code computes sizes in int32. The planner simulates every row, so their number is
// limited, too.
constexpr std::int64_t kMostTensorBytes = 2147483647;
constexpr std::int64_t kMostImageRows = 65536;

// Each operator becomes a function of the generated code. The limit is a hundred times the
// operators of the largest networks of the family.
constexpr std::size_t kMostOperators = 50000;

// Checks a canonical graph. Reports
// - more than kMostOperators operators (E0205);
// - run-time tensors of more than kMostTensorBytes, images of more than kMostImageRows rows, inputs
//   and outputs without elements (E0203);
// - constants with NaN, and infinite weights of sums of products, from the file or from constant
//   folding (E0204).
// Returns false if there was any.
[[nodiscard]] bool within_limits(const Graph& graph, Diagnostics& diagnostics);

}  // namespace spindle
