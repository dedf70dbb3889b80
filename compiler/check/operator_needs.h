// Which elements of its inputs an operator needs for which elements of its output, from the graph
// alone. This is what the comments of compiler/ir/ops.h say, as data. Nothing here knows kernels,
// plans or lowering.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Elements [begin, end) of a tensor in row-major order.
struct ElementRange {
  std::int64_t begin = 0, end = 0;
  bool operator==(const ElementRange&) const = default;
};

// In ascending order. No range is empty, and none touches or overlaps the next.
using ElementRanges = std::vector<ElementRange>;

// Sorts the ranges, joins those that touch or overlap, and drops empty ones.
void normalize(ElementRanges& ranges);

// The elements of input number `input` that `node` needs for elements `out` of its output. The
// input must be one of data_inputs(). For Detect and NonMaxSuppression, the answer is always the
// whole input; for the second operand of MatMul, it is whole matrices.
[[nodiscard]] ElementRanges needed_elements(const Graph& graph, const Node& node, std::size_t input,
                                            ElementRange out);

}  // namespace spindle
