// Merges reductions that follow each other.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Makes one Reduce of two of the same kind (mean of a mean, sum of a sum, ...), if nothing else
// reads the float tensor between them. So a squeeze-and-excite that is written as two means needs
// no tensor of means over one axis. The sum of the new mean is exact (Reduce::float_sum is false):
// it has no order in the file. docs/numeric-contract.md ("Mean") says how far that may be from the
// two sums. Before: any valid graph. After: no such pair is left.
//
//   %a = mean %x {axes 2, keep}
//   %y = mean %a {axes 1, keep}          =>      %y = mean %x {axes 1,2, keep}
void merge_reductions(Graph& graph);

}  // namespace spindle
