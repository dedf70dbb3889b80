// Scales and zero points of ONNX nodes.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Reads the Quant of a tensor of `type` and `shape` from inputs number `scale` and `zero_point` of
// the node. The zero point may be absent, which means 0. Both have rank 0 or shape [1] for the
// whole tensor, or shape [C] along `axis` (not negative). Throws an ImportFailure (E0108) unless
// scales are positive and finite and the zero points have the type `type`.
[[nodiscard]] Quant read_quant(NodeContext& node, int scale, int zero_point, DType type,
                               const Shape& shape, int axis);

// Input `index`, an 8-bit or int32 tensor, as float. Its Quant is read as above.
[[nodiscard]] TensorId dequantized(NodeContext& node, int index, int scale, int zero_point,
                                   int axis, std::string_view suffix);

// `id`, an 8-bit or int32 tensor, as float. Its Quant becomes `quant`.
[[nodiscard]] TensorId dequantized(NodeContext& node, TensorId id, const Quant& quant,
                                   std::string_view suffix);

// Quantizes float tensor `y` with the Quant of inputs `scale` and `zero_point`, and binds output 0.
// The type is that of the zero point, or `otherwise` if the zero point is absent. Returns what is
// bound.
TensorId bind_quantized(NodeContext& node, TensorId y, int scale, int zero_point, DType otherwise,
                        int axis);

}  // namespace spindle::frontend
