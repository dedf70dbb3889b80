// Rewrites 8-bit operators for which there is no integer kernel.
//
// Before: any valid graph, Q/DQ lowered. After: every operator with 8-bit tensors is one of
//   Quantize, Dequantize, Requantize, Table;
//   Conv, Dense; Reduce mean or sum of a tensor of rank 6 at most;
//   Binary except powers, if no operand is repeated along some of the row dimensions only
//   (row_operand in ir/broadcast.h); Unary, Clip, Softmax, ArgMax, Detect; linear Resize, average
//   Pool; PartialSum, RequantizeSum;
//   Reshape, Transpose, Pad, Slice, Gather, nearest Resize, max Pool, Concat, Identity, all without
//   change of Quant.
// All activations have one scale. If an operator that moves data would change the Quant, its inputs
// are requantized first. A constant operand that is repeated along some rows only is expanded to
// the output's shape. Everything else becomes Dequantize - float operator - Quantize.
//
// The results stay the same by definition of the operators, with one exception that lower_qdq never
// creates: an 8-bit sum or product of a run-time tensor that is repeated for some rows only, or a
// mean of more than 6 dimensions, can change by one quantization step. The 8-bit result keeps its
// name and origins.
//
//   %y = resize %x                        %f = dequantize %x
//                                   =>    %g = resize %f
//                                         %y = quantize %g
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void legalize(Graph& graph);

}  // namespace spindle
