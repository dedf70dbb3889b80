// Which elements of its inputs an operator needs for elements of its output: the comments of
// compiler/ir/ops.h as data, from the graph alone. Nothing here knows kernels, plans or lowering.
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

// Ascending, none empty, never adjoining.
using ElementRanges = std::vector<ElementRange>;

// Sorts and joins what adjoins or overlaps; drops what is empty.
void normalize(ElementRanges& ranges);

// What `node` needs of inputs[input] for elements `out` of its output. Weights, biases and other
// inputs that kernels get as packed constants (the second and third input of Conv, Dense,
// PartialSum and the anchors of Detect) are not asked for. Where an operator looks at all of its
// input (Detect, NonMaxSuppression, a MatMul's operands by matrices), so does the answer.
[[nodiscard]] ElementRanges needed_elements(const Graph& graph, const Node& node, std::size_t input,
                                            ElementRange out);

}  // namespace spindle
