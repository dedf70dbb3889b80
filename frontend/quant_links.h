// The quantization of 8-bit tensors. ONNX states scale and zero point only at the QuantizeLinear
// and DequantizeLinear nodes. In the graph, every 8-bit tensor carries them (its Quant). Operators
// that move values without changing them (Transpose, Reshape, Slice, Pad, Concat, MaxPool, nearest
// Resize, Reduce to a maximum or minimum), and linear Resize of integers, have the same Quant at
// input and output, so a known Quant spreads through them, forwards and backwards. For example,
// both 8-bit tensors get (s, z) here:
//
//   u8 input -> Transpose -> u8 tensor -> DequantizeLinear(s, z)
#pragma once

#include "frontend/import_context.h"

namespace spindle::frontend {

// Returns a tensor with the integers of `id` and the Quant `quant`: `id` itself if it has no other
// Quant, else a second tensor (a constant that shares the data, or one that is computed). Throws an
// ImportFailure if the Quant cannot spread through the operators before `id`.
[[nodiscard]] TensorId with_quant(ImportContext& context, TensorId id, const Quant& quant);

// Called once for each node that a converter appends. Gives its output the Quant of its inputs, if
// the node is one of the operators above and an input has one.
void spread_quant(ImportContext& context, NodeId node);

// Converts the raw fill value of a Pad to a real number, if the Quant is known. Otherwise that
// happens as soon as it is.
void settle_fill(ImportContext& context, NodeId node);

// Called after the last node. 8-bit tensors that have no Quant yet get that of their inputs, or
// else scale 1 and zero point 0, because they are plain integers.
void complete_quants(ImportContext& context);

}  // namespace spindle::frontend
