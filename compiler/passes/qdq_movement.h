// Takes data movement out of the float gaps of a quantized graph: the first step of lower_qdq.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Moves Reshape, Transpose, Slice, Pad, max Pool, ArgMax, and Concat of equally quantized inputs
// from behind a Dequantize to before it, where they move bytes. A Pad goes only if the 8-bit tensor
// can hold its value exactly. Exact because Dequantize is elementwise and strictly monotone.
//
//   %f = dequantize %q                    %r = reshape %q
//   %g = reshape %f                 =>    %g = dequantize %r
void hoist_over_dequantize(Graph& graph);

// Moves the same operators, where they move the result of a computation to a Quantize, behind it.
// Intermediate values must have no other use.
//
//   %c = conv %f, %w                      %c = conv %f, %w
//   %r = reshape %c                 =>    %t = quantize %c
//   %q = quantize %r                      %q = reshape %t
void sink_below_quantize(Graph& graph);

}  // namespace spindle
