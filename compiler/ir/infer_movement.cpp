// Rules of the operators that move values, or convert them to another type or quantization.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "compiler/ir/infer_rules.h"

namespace spindle {

Inferred InferRules::operator()(const Quantize&) const {
  if (x().type != DType::kF32) return not_inferred("only float32 can be quantized");
  return inferred(DType::kI8, x().shape);
}

Inferred InferRules::operator()(const Dequantize&) const {
  if (!is_quantized_type(x().type) && x().type != DType::kI32) {
    return not_inferred(fmt::format("{} cannot be dequantized", name_of(x().type)));
  }
  return inferred(DType::kF32, x().shape);
}

Inferred InferRules::operator()(const Requantize&) const {
  if (!is_quantized_type(x().type)) return not_inferred("only 8-bit tensors can be requantized");
  return inferred(DType::kI8, x().shape);
}

Inferred InferRules::operator()(const Table& op) const {
  const Tensor& table = *in[1];
  if (!is_quantized_type(x().type)) return not_inferred("only 8-bit tensors have tables");
  if (op.axis != -1) {
    if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  }
  const std::int64_t functions = op.axis < 0 ? 1 : x().shape[op.axis];
  if (table.constant == nullptr || table.shape != Shape{functions, 256} ||
      (table.type != DType::kF32 && !is_quantized_type(table.type))) {
    return not_inferred(fmt::format("a constant table {}x256 is needed", functions));
  }
  return inferred(table.type, x().shape);
}

Inferred InferRules::operator()(const RequantizeSum&) const {
  if (x().type != DType::kI32 || x().shape.size() != 4) {
    return not_inferred(
        fmt::format("{}[{}] is no sum of an image", name_of(x().type), to_string(x().shape)));
  }
  return inferred(DType::kI8, x().shape);
}

Inferred InferRules::operator()(const Reshape& op) const {
  if (auto e = check_size(op.shape); !e.empty()) return not_inferred(e);
  if (element_count(op.shape) != x().elements()) {
    return not_inferred(
        fmt::format("{} cannot be reshaped to {}", to_string(x().shape), to_string(op.shape)));
  }
  return inferred(x().type, op.shape);
}

Inferred InferRules::operator()(const Transpose& op) const {
  if (auto e = check_permutation(op.perm, x().shape.size()); !e.empty()) return not_inferred(e);
  Shape shape;
  for (int p : op.perm) shape.push_back(x().shape[p]);
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const Pad& op) const {
  const std::size_t rank = x().shape.size();
  if (op.before.size() != rank || op.after.size() != rank)
    return not_inferred("pads do not fit the rank");
  Shape shape;
  for (std::size_t i = 0; i < rank; ++i) {
    if (std::max(std::abs(op.before[i]), std::abs(op.after[i])) > kMaxExtent) {
      return not_inferred("padding is too large");
    }
    shape.push_back(x().shape[i] + op.before[i] + op.after[i]);
  }
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const Concat& op) const {
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  const std::size_t axis = op.axis;
  Shape shape = x().shape;
  shape[axis] = 0;
  for (const Tensor* part : in) {
    if (part->type != x().type) return not_inferred("inputs have different types");
    Shape rest = part->shape;
    if (rest.size() != shape.size()) return not_inferred("inputs have different ranks");
    rest[axis] = shape[axis];
    if (rest != shape) {
      return not_inferred(fmt::format("a part of shape {} cannot follow one of shape {}",
                                      to_string(part->shape), to_string(x().shape)));
    }
    shape[axis] += part->shape[axis];
  }
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const Slice& op) const {
  const std::size_t rank = x().shape.size();
  if (op.start.size() != rank || op.step.size() != rank || op.count.size() != rank) {
    return not_inferred("slice does not fit the rank");
  }
  for (std::size_t i = 0; i < rank; ++i) {
    if (op.count[i] == 0) continue;
    const std::int64_t last = op.start[i] + op.step[i] * (op.count[i] - 1);
    if (op.count[i] < 0 || op.start[i] < 0 || op.start[i] >= x().shape[i] || last < 0 ||
        last >= x().shape[i]) {
      return not_inferred("slice reaches outside of its input");
    }
  }
  return inferred(x().type, op.count);
}

Inferred InferRules::operator()(const Gather& op) const {
  if (auto e = check_axis(op.axis, x().shape.size()); !e.empty()) return not_inferred(e);
  Shape shape = x().shape;
  std::int64_t& extent = shape[op.axis];
  for (std::int64_t index : op.indices) {
    if (index < 0 || index >= extent) return not_inferred("an index is outside of its dimension");
  }
  extent = static_cast<std::int64_t>(op.indices.size());
  return inferred(x().type, std::move(shape));
}

Inferred InferRules::operator()(const Resize& op) const {
  if (auto e = check_image(x()); !e.empty()) return not_inferred(e);
  if (op.size[0] < 1 || op.size[1] < 1) return not_inferred("empty resize");
  if (op.kind == ResizeKind::kLinearOnCodes && !is_quantized_type(x().type)) {
    return not_inferred("only 8-bit tensors have codes to interpolate");
  }
  return inferred(x().type, {x().shape[0], op.size[0], op.size[1], x().shape[3]});
}

Inferred InferRules::operator()(const DepthToSpace& op) const {
  if (auto e = check_image(x()); !e.empty()) return not_inferred(e);
  const Shape& image = x().shape;
  const std::int64_t pixels = std::int64_t{op.block[0]} * op.block[1];
  if (op.block[0] < 1 || op.block[1] < 1 || op.run < 1 || image[3] % (pixels * op.run) != 0) {
    return not_inferred(fmt::format("{} channels are no blocks of {}x{} pixels", image[3],
                                    op.block[0], op.block[1]));
  }
  for (std::size_t d = 0; d < 2; ++d) {
    if (op.crop[d] < 0 || op.size[d] < 1 || op.crop[d] + op.size[d] > image[1 + d] * op.block[d]) {
      return not_inferred("the blocks make no image of this size");
    }
  }
  return inferred(x().type, {image[0], op.size[0], op.size[1], image[3] / pixels});
}

Inferred InferRules::operator()(const Cast& op) const {
  return inferred(op.to, x().shape);
}

Inferred InferRules::operator()(const Identity&) const {
  return inferred(x().type, x().shape);
}

}  // namespace spindle
