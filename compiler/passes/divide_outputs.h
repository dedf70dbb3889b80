// Moves operators on a concatenated output before the concatenation, one copy for each part.
//
// Before: a graph whose 8-bit operators are legal. After: elementwise operators with one input (and
// a Softmax along another dimension than the Concat's) between a Concat and a graph output stand
// before the Concat. Each of them must be the only reader of the one before. So the heads of a
// detector can finish row by row, and no whole tensor is needed between them and the caller's
// buffer.
//
//   concat(a, b) -> softmax -> dequantize -> output
//     becomes concat(dequantize(softmax(a)), dequantize(softmax(b))) -> output
//
// Also: where an ArgMax's index is only cast to another integer type, the ArgMax writes that type.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void divide_outputs(Graph& graph);

}  // namespace spindle
