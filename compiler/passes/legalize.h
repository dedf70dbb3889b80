// Rewrites 8-bit operators for which there is no integer kernel.
//
// Before: any valid graph, Q/DQ lowered. After: every operator with 8-bit tensors is one of
//   Quantize, Dequantize, Requantize;
//   Conv, Dense; Reduce mean over the two spatial dimensions of an image;
//   Binary add of equal shapes; Unary, Clip; Softmax over the last dimension; ArgMax;
//   Reshape, Transpose, Pad, Slice, max Pool, Concat, Identity without change of Quant.
// All activations have one scale. A data movement that changes Quant is requantized on the way in,
// a constant that is added is broadcast to the other operand's shape, and everything else becomes
// Dequantize - float operator - Quantize. All of it is the same by the operators' definition, but
// for what lower_qdq never makes: operators with an integer rule that no kernel implements (means
// over other axes, softmax over others than the last, additions that broadcast a run-time tensor)
// can change by one step. The 8-bit result keeps its name and origins.
//
//   %y = resize %x                        %f = dequantize %x
//                                   =>    %g = resize %f
//                                         %y = quantize %g
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void legalize(Graph& graph);

}  // namespace spindle
