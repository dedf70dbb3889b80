#include "compiler/passes/qdq_util.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace spindle {

bool same_quantization(const Tensor& a, const Tensor& b) {
  return a.type == b.type && a.quant == b.quant;
}

namespace {

// The product of the extents behind dimension `axis`.
std::int64_t elements_behind(const Shape& shape, int axis) {
  std::int64_t count = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) count *= shape[i];
  return count;
}

}  // namespace

std::vector<float> dequantized_values(const Tensor& constant) {
  const Quant& quant = *constant.quant;
  const bool per_tensor = quant.per_tensor();
  const std::int64_t inner = per_tensor ? 1 : elements_behind(constant.shape, quant.axis);
  const auto channels = static_cast<std::int64_t>(quant.scale.size());
  std::vector<float> values(constant.elements());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto index = static_cast<std::int64_t>(i);
    const std::int64_t c = per_tensor ? 0 : index / inner % channels;
    const std::int64_t q = constant.constant->as_int(index) - quant.zero_point[c];
    values[i] = static_cast<float>(q) * quant.scale[c];
  }
  return values;
}

TensorId add_quantized_like(Graph& graph, std::string name, Shape shape, const Tensor& like) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = like.type;
  tensor.shape = std::move(shape);
  tensor.quant = like.quant;
  return graph.add_tensor(std::move(tensor));
}

TensorId add_quantized_constant(Graph& graph, const Tensor& float_constant, const Tensor& like) {
  const float scale = like.quant->scale[0];
  const auto zero = static_cast<float>(like.quant->zero_point[0]);
  const auto lo = static_cast<float>(min_of(like.type));
  const auto hi = static_cast<float>(max_of(like.type));
  std::vector<std::int64_t> values;
  for (float real : float_constant.constant->as<float>()) {
    const float q = std::nearbyint(real / scale) + zero;
    values.push_back(static_cast<std::int64_t>(std::clamp(q, lo, hi)));
  }
  return graph.add_constant(float_constant.name + "_q",
                            Constant::ints(like.type, float_constant.shape, values), like.quant);
}

bool is_image_mean(const Reduce& op, const Shape& input) {
  return op.kind == ReduceKind::kMean && input.size() == 4 && op.axes == std::vector<int>{1, 2};
}

}  // namespace spindle
