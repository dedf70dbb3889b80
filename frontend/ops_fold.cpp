// Constant, Shape and Size, and operators that are supported in computations of shapes only.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/fold_shapes.h"
#include "frontend/op_table.h"
#include "frontend/tensors.h"

namespace spindle::frontend {
namespace {

void bind_folded(NodeContext& node, ConstantPtr result) {
  if (result == nullptr) {
    refuse("it is supported in computations of shapes from constants only, up to " +
           std::to_string(kMostFolded) + " elements");
  }
  node.context().budget.charge(static_cast<std::int64_t>(result->bytes().size()));
  node.bind_constant(std::move(result));
}

// The values of all inputs. Refuses the node if one of them is not a constant.
std::vector<ConstantPtr> constants(NodeContext& node) {
  std::vector<ConstantPtr> result;
  for (int i = 0; i < node.inputs(); ++i) {
    result.push_back(node.constant(i));
    if (result.back() == nullptr) bind_folded(node, nullptr);
  }
  return result;
}

ConstantPtr constant_value(NodeContext& node) {
  Attributes& attributes = node.attributes();
  if (const onnx::TensorProto* tensor = attributes.tensor("value")) {
    if (is_other_float(tensor->data_type())) node.context().other_floats = true;
    return load_tensor(*tensor, node.context().external, node.context().budget);
  }
  if (attributes.has("value_float")) {
    return Constant::floats({}, {attributes.real("value_float", 0)});
  }
  if (const auto values = attributes.reals("value_floats")) {
    return Constant::floats({static_cast<std::int64_t>(values->size())}, *values);
  }
  if (attributes.has("value_int")) {
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const std::int64_t value = attributes.integer("value_int", 0, -kMost - 1, kMost);
    return Constant::ints(DType::kI64, {}, {value});
  }
  if (const auto values = attributes.integers("value_ints")) {
    return Constant::ints(DType::kI64, {static_cast<std::int64_t>(values->size())}, *values);
  }
  refuse("only dense tensors and numbers are supported as constants");
}

void convert_constant(NodeContext& node) {
  node.bind_constant(constant_value(node));
}

void convert_shape(NodeContext& node) {
  const auto rank = static_cast<std::int64_t>(node.rank(0));
  const auto clamped = [rank](std::int64_t i) {
    return std::clamp<std::int64_t>(i < 0 ? i + rank : i, 0, rank);
  };
  const std::int64_t start = clamped(node.attributes().integer("start", 0));
  const std::int64_t end = clamped(node.attributes().integer("end", rank));
  Shape extents;
  for (std::int64_t i = start; i < end; ++i) {
    extents.push_back(node.shape(0)[i]);
  }
  node.bind_constant(
      Constant::ints(DType::kI64, {static_cast<std::int64_t>(extents.size())}, extents));
}

void convert_size(NodeContext& node) {
  node.bind_constant(Constant::ints(DType::kI64, {}, {element_count(node.shape(0))}));
}

void convert_constant_of_shape(NodeContext& node) {
  ConstantPtr value = Constant::floats({}, {0.0F});
  if (const onnx::TensorProto* tensor = node.attributes().tensor("value")) {
    value = load_tensor(*tensor, node.context().external, node.context().budget);
  }
  bind_folded(node, fold_fill(node.constant_ints(0, "the extents"), *value));
}

void convert_range(NodeContext& node) {
  const auto in = constants(node);
  bind_folded(node, fold_range(*in[0], *in[1], *in[2]));
}

template <Comparison comparison>
void convert_compare(NodeContext& node) {
  const auto in = constants(node);
  bind_folded(node, fold_compare(comparison, *in[0], *in[1]));
}

void convert_where(NodeContext& node) {
  const auto in = constants(node);
  bind_folded(node, fold_where(*in[0], in[1], in[2]));
}

void convert_not(NodeContext& node) {
  const auto in = constants(node);
  if (in[0]->type() != DType::kBool) mismatch("the input is not boolean");
  const ConstantPtr zero = Constant::ints(DType::kBool, {}, {0});
  bind_folded(node, fold_compare(Comparison::kEqual, *in[0], *zero));
}

// Expand of a run-time tensor is supported only if it changes nothing but the rank.
void convert_expand(NodeContext& node) {
  const Shape wanted = node.constant_ints(1, "the extents");
  if (const ConstantPtr data = node.constant(0)) {
    bind_folded(node, fold_expand(*data, wanted));
    return;
  }
  Shape shape = node.shape(0);
  if (shape.size() < wanted.size()) shape.insert(shape.begin(), wanted.size() - shape.size(), 1);
  const std::size_t skip = shape.size() - wanted.size();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != 1 && wanted[i] != shape[skip + i]) {
      refuse("it repeats values of a tensor computed at run time");
    }
  }
  node.bind(node.emit(Reshape{std::move(shape)}, {node.input(0)}));
}

constexpr OpEntry kFoldOperators[] = {
    {"Constant", 1, 0, 0, convert_constant},
    {"Shape", 1, 1, 1, convert_shape},
    {"Size", 1, 1, 1, convert_size},
    {"ConstantOfShape", 9, 1, 1, convert_constant_of_shape},
    {"Range", 11, 3, 3, convert_range},
    {"Equal", 7, 2, 2, convert_compare<Comparison::kEqual>},
    {"Less", 7, 2, 2, convert_compare<Comparison::kLess>},
    {"Greater", 7, 2, 2, convert_compare<Comparison::kGreater>},
    {"LessOrEqual", 12, 2, 2, convert_compare<Comparison::kLessOrEqual>},
    {"GreaterOrEqual", 12, 2, 2, convert_compare<Comparison::kGreaterOrEqual>},
    {"Where", 9, 3, 3, convert_where},
    {"Not", 1, 1, 1, convert_not},
    {"Expand", 8, 2, 2, convert_expand},
};

}  // namespace

std::span<const OpEntry> fold_operators() {
  return kFoldOperators;
}

}  // namespace spindle::frontend
