#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Merges a Table and the elementwise operators behind it into one Table. Merged are functions of
// one value, quantization to 8 bits with one scale, and operators whose other operand is a
// constant: a single value, or one value for each channel. The new entries are computed with the
// reference interpreter, operator by operator, so no result changes. Tensors that are no longer
// computed lose their origins.
//
// Needs: eliminate_transposes before it, so that the operators are neighbours.
//
//   %a = table %x, [3,256]
//   %y = sub %a, %mean         =>   %y = table %x, [3,256]
void fold_tables(Graph& graph);

}  // namespace spindle
