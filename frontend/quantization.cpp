#include "frontend/quantization.h"

#include <fmt/format.h>

#include <cmath>

#include "frontend/quant_links.h"

namespace spindle::frontend {
namespace {

bool is_vector(const Constant& data) {
  return data.shape().size() <= 1;
}

std::vector<std::int32_t> zero_points(const Constant& data, DType type) {
  if (data.type() != type) {
    bad_quantization(fmt::format("the zero point is {}, the quantized tensor {}",
                                 name_of(data.type()), name_of(type)));
  }
  std::vector<std::int32_t> result;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    // Any value of an 8-bit type may be a zero point.
    const std::int64_t value = data.as_int(i);
    if (!is_quantized_type(type) && value != 0) {
      bad_quantization(fmt::format("the zero point of an int32 tensor is {}, not 0", value));
    }
    result.push_back(static_cast<std::int32_t>(value));
  }
  return result;
}

void check_scales(const std::vector<float>& scales) {
  for (float scale : scales) {
    if (!(scale > 0) || !std::isfinite(scale)) {
      bad_quantization(fmt::format("a scale is {}; scales must be positive and finite", scale));
    }
  }
}

}  // namespace

Quant read_quant(NodeContext& node, int scale, int zero_point, DType type, const Shape& shape,
                 int axis) {
  Quant quant;
  quant.scale = node.constant_floats(scale, "scales");
  if (!is_vector(*node.known(scale)) || quant.scale.empty()) {
    refuse(fmt::format("scales have shape {}; one per tensor or per channel is supported",
                       to_string(node.shape(scale))));
  }
  check_scales(quant.scale);
  quant.zero_point.assign(1, 0);
  if (node.has(zero_point)) {
    const ConstantPtr data = node.known(zero_point);
    if (data == nullptr) refuse("its zero points are computed at run time, but must be constants");
    if (!is_vector(*data) || data->size() == 0) {
      bad_quantization(fmt::format("zero points have shape {}", to_string(data->shape())));
    }
    quant.zero_point = zero_points(*data, type);
  }
  const std::size_t count = std::max(quant.scale.size(), quant.zero_point.size());
  if (quant.scale.size() == 1) quant.scale.resize(count, quant.scale[0]);
  if (quant.zero_point.size() == 1) quant.zero_point.resize(count, quant.zero_point[0]);
  if (quant.scale.size() != quant.zero_point.size()) {
    bad_quantization(fmt::format("there are {} scales, but {} zero points", quant.scale.size(),
                                 quant.zero_point.size()));
  }
  if (count == 1) return quant;
  if (axis < 0 || axis >= std::ssize(shape)) {
    bad_quantization(fmt::format("axis {} is outside of shape {}", axis, to_string(shape)));
  }
  if (shape[axis] != static_cast<std::int64_t>(count)) {
    bad_quantization(
        fmt::format("{} scales for dimension {} of shape {}", count, axis, to_string(shape)));
  }
  quant.axis = axis;
  return quant;
}

TensorId dequantized(NodeContext& node, TensorId id, const Quant& quant, std::string_view suffix) {
  return node.emit(Dequantize{}, {with_quant(node.context(), id, quant)}, suffix);
}

TensorId dequantized(NodeContext& node, int index, int scale, int zero_point, int axis,
                     std::string_view suffix) {
  const DType type = node.type(index);
  if (!is_quantized_type(type) && type != DType::kI32) {
    refuse(fmt::format("input {} is {}; only int8, uint8 and int32 can be dequantized", index,
                       spindle::name_of(type)));
  }
  const Quant quant = read_quant(node, scale, zero_point, type, node.shape(index), axis);
  return dequantized(node, node.input(index), quant, suffix);
}

TensorId bind_quantized(NodeContext& node, TensorId y, int scale, int zero_point, DType otherwise,
                        int axis) {
  const DType type = node.has(zero_point) ? node.type(zero_point) : otherwise;
  if (!is_quantized_type(type)) {
    refuse(fmt::format("it quantizes to {}; only int8 and uint8 are supported",
                       spindle::name_of(type)));
  }
  const Shape shape = node.graph().tensor(y).shape;
  const Quant quant = read_quant(node, scale, zero_point, type, shape, axis);
  const TensorId quantized = node.emit_quantize(y, type, quant);
  node.bind(quantized);
  return quantized;
}

}  // namespace spindle::frontend
