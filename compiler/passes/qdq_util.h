// Functions on 8-bit tensors and constants that the passes on quantized graphs share.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/ir/op_traits.h"

namespace spindle {

// True if element type and Quant are equal, so that the same byte has the same meaning in both.
[[nodiscard]] bool same_quantization(const Tensor& a, const Tensor& b);

// The real values of a quantized constant: (q - z) * s in float32.
[[nodiscard]] std::vector<float> dequantized_values(const Tensor& constant);

// A fresh run-time tensor of `shape` with the type and Quant of `like`, and no origins.
TensorId add_quantized_like(Graph& graph, std::string name, Shape shape, const Tensor& like);

// Adds `float_constant` quantized to the type and Quant (with one scale) of `like`, by Quantize's
// formula.
TensorId add_quantized_constant(Graph& graph, const Tensor& float_constant, const Tensor& like);

// Whether the operator is a mean over rows and columns of an image.
[[nodiscard]] bool is_image_mean(const Reduce& op, const Shape& input);

}  // namespace spindle
