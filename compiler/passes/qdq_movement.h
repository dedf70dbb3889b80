// Moves data movement out of the float parts of a quantized graph: the first step of lower_qdq.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Moves Reshape, Transpose, Slice, Gather, Pad, max Pool, ArgMax, Detect, and Concat of equally
// quantized inputs from behind a Dequantize to before it, so that they move bytes. A Pad is moved
// only if the 8-bit tensor can represent its value exactly. Results do not change, because
// Dequantize is elementwise and strictly monotone.
//
//   %f = dequantize %q                    %r = reshape %q
//   %g = reshape %f                 =>    %g = dequantize %r
void hoist_over_dequantize(Graph& graph);

// Moves operators that commute with a Quantize (OpTraits), and Clips, from between a computation
// and a Quantize to behind the Quantize. The tensors in between must have no other use.
//
//   %c = conv %f, %w                      %c = conv %f, %w
//   %r = reshape %c                 =>    %t = quantize %c
//   %q = quantize %r                      %q = reshape %t
void sink_below_quantize(Graph& graph);

}  // namespace spindle
