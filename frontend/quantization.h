// Scales and zero points as ONNX nodes give them.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Scale and zero point of a tensor of `type` and `shape` from inputs `scale` and `zero_point` of
// the node (the latter may be absent: 0): rank 0 or [1] for the whole tensor, [C] along `axis`
// (non-negative). Throws an ImportFailure (E0108) unless scales are positive and finite and zero
// points lie within `type`.
[[nodiscard]] Quant read_quant(NodeContext& node, int scale, int zero_point, DType type,
                               const Shape& shape, int axis);

// Input `index`, an 8-bit (or int32) tensor, as float: its Quant is read as above.
[[nodiscard]] TensorId dequantized(NodeContext& node, int index, int scale, int zero_point,
                                   int axis, std::string_view suffix);

// `id`, a tensor of 8 bits or int32, as float. `quant` becomes its own.
[[nodiscard]] TensorId dequantized(NodeContext& node, TensorId id, const Quant& quant,
                                   std::string_view suffix);

// Quantizes float `y` by the scale and zero point inputs and binds output 0. The zero point says
// the type; absent, it is `otherwise`.
void bind_quantized(NodeContext& node, TensorId y, int scale, int zero_point, DType otherwise,
                    int axis);

}  // namespace spindle::frontend
