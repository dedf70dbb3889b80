// Reports what of a quantized graph is left in float: the last step of lower_qdq.
#pragma once

#include <string>
#include <unordered_map>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

// Why a node was not lowered, by the tensor it writes: a clause for the user.
using LoweringReasons = std::unordered_map<TensorId, std::string>;

// One warning W0201 for each maximal set of connected float operators that lies between quantized
// operators: it reads from a Dequantize and feeds a Quantize.
void report_float_islands(const Graph& graph, const LoweringReasons& reasons,
                          Diagnostics& diagnostics);

}  // namespace spindle
