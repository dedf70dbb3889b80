#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Replaces one chain Transpose - Reshape - Transpose whose result has the elements in the order of
// its input by a Reshape of that input. Returns false if there is no such chain. Needs topological
// order.
//
//   %a = transpose %x {perm 0,3,1,2}    (1x7x8x24 -> 1x24x7x8)
//   %b = reshape %a                     (-> 1x24x56)
//   %y = transpose %b {perm 0,2,1}      (-> 1x56x24)     =>   %y = reshape %x
bool collapse_transposes(Graph& graph);

}  // namespace spindle
