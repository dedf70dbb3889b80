#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Makes a Table and what follows it element by element one Table: functions of one value,
// quantization to 8 bits with one scale, and operators whose other operand is a constant that is
// the same everywhere or differs from channel to channel. The entries are computed by the reference
// interpreter, operator by operator as the graph has them, so that nothing changes in the result.
// Tensors that are no longer computed lose their origins.
//
// Needs: eliminate_transposes before it, to find the operators side by side.
//
//   %a = table %x, [3,256]
//   %y = sub %a, %mean         =>   %y = table %x, [3,256]
void fold_tables(Graph& graph);

}  // namespace spindle
