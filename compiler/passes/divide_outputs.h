// Moves what is computed on a concatenated output before the concatenation, part by part.
//
// Before: a graph whose 8-bit operators are legal. After: elementwise operators (and a Softmax
// along another dimension) between a Concat and a graph output, each the only reader of the one
// before, stand before the Concat. So the heads of a detector can finish row by row, and no whole
// tensor stands between them and the caller's buffer.
//
//   concat(a, b) -> softmax -> dequantize -> output
//     becomes concat(dequantize(softmax(a)), dequantize(softmax(b))) -> output
//
// Also: an index that is only cast to another integer type is written in that type.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void divide_outputs(Graph& graph);

}  // namespace spindle
