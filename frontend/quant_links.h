// Quantization of 8-bit tensors. ONNX states scale and zero point at the Q and DQ nodes only; in
// our graph every 8-bit tensor carries them. Operators that move values without changing them
// (Transpose, Reshape, Slice, Pad, Concat, MaxPool, nearest Resize, Reduce to an extreme) share one
// Quant between input and output, so it spreads through them, forwards and backwards:
//
//   u8 input -> Transpose -> DequantizeLinear(s, z)   the input and the transposed tensor get (s,
//   z)
#pragma once

#include "frontend/import_context.h"

namespace spindle::frontend {

// `id` with `quant`: itself if it has no other Quant yet, else a second tensor with the same
// integers (a constant that shares the data, or computed). Throws an ImportFailure if the Quant
// cannot spread through the operators before `id`.
[[nodiscard]] TensorId with_quant(ImportContext& context, TensorId id, const Quant& quant);

// To be called once for each node appended: its output takes the Quant of its inputs if it is one
// of the operators above.
void spread_quant(ImportContext& context, int node);

// Makes the fill of a Pad real if its Quant is known; else that happens once it is.
void settle_fill(ImportContext& context, int node);

// After the last node: 8-bit tensors still without a Quant get that of their inputs, else scale 1
// and zero point 0 (they are plain integers).
void complete_quants(ImportContext& context);

}  // namespace spindle::frontend
