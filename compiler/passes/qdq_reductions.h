// Means and sums that read codes: the last step of lower_qdq.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Makes each mean or sum whose input is the Dequantize of an 8-bit tensor with one scale, and which
// has stayed in float, read the codes (Reduce::to_float). So the dequantized tensor need not exist.
//
//   %f = dequantize %q
//   %y = mean %f                =>      %y = mean %q {to_float}
void read_codes_in_reductions(Graph& graph);

}  // namespace spindle
