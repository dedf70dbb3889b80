#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Replaces one Transpose - Reshape - Transpose that keeps the order of the elements by a Reshape of
// the first one's input; false if there is none. Needs topological order.
//
//   %a = transpose %x {perm 0,3,1,2}    (1x7x8x24 -> 1x24x7x8)
//   %b = reshape %a                     (-> 1x24x56)
//   %y = transpose %b {perm 0,2,1}      (-> 1x56x24)     =>   %y = reshape %x
bool collapse_transposes(Graph& graph);

}  // namespace spindle
