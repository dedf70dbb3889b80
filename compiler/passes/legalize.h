// Rewrites 8-bit operators for which there is no integer kernel.
//
// Before: any valid graph, Q/DQ lowered. After: every operator with 8-bit tensors is one of
//   Quantize, Dequantize, Requantize;
//   Conv, Dense; Reduce mean over the two spatial dimensions of an image;
//   Binary but powers, with operands that are rows or repeated for every row; Unary, Clip; Softmax
//   over the last dimension; ArgMax; linear Resize, average Pool, Detect;
//   Reshape, Transpose, Pad, Slice, max Pool, Concat, Identity without change of Quant.
// All activations have one scale. A data movement that changes Quant is requantized on the way in,
// a constant operand that is repeated for some rows only is written out, and everything else
// becomes Dequantize - float operator - Quantize. All of it is the same by the operators'
// definition, but for what lower_qdq never makes: operators with an integer rule that no kernel
// implements (means over other axes, softmax over others than the last, sums and products of a
// run-time tensor that is repeated for some rows only) can change by one step. The 8-bit result
// keeps its name and origins.
//
//   %y = resize %x                        %f = dequantize %x
//                                   =>    %g = resize %f
//                                         %y = quantize %g
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void legalize(Graph& graph);

}  // namespace spindle
