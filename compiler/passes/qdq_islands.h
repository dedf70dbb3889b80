// Reports the parts of a quantized graph that are left in float: the last step of lower_qdq.
#pragma once

#include <string>
#include <unordered_map>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// For each node that was not lowered, by the tensor it writes: the reason as a clause for the user.
using LoweringReasons = std::unordered_map<TensorId, std::string>;

// Reports W0201 for each maximal connected set of float operators that reads from a Dequantize and
// feeds a Quantize.
void report_float_islands(const Graph& graph, const LoweringReasons& reasons,
                          Diagnostics& diagnostics);

}  // namespace spindle
