// Constant, Shape and Size, operators that are supported on constants only, and those that repeat
// elements: Expand and Tile.
#include <fmt/format.h>

#include <algorithm>

#include "frontend/file/tensors.h"
#include "frontend/fold/fold_elements.h"
#include "frontend/fold/fold_functions.h"
#include "frontend/op_table.h"

namespace spindle::frontend {
namespace {

void bind_folded(NodeContext& node, ConstantPtr result) {
  if (result == nullptr) {
    refuse("it is supported on constants only, up to " + std::to_string(kMostFolded) +
           " floats or " + std::to_string(kMostFoldedIntegers) + " integers");
  }
  node.context().budget.charge(static_cast<std::int64_t>(result->bytes().size()));
  node.bind_constant(std::move(result));
}

// The values of all inputs. Refuses the node if one of them is not a constant.
std::vector<ConstantPtr> constants(NodeContext& node) {
  std::vector<ConstantPtr> result;
  for (int i = 0; i < node.inputs(); ++i) {
    result.push_back(node.known(i));
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

// The branch that a constant condition takes. Only its nodes are converted.
void convert_if(NodeContext& node) {
  const ConstantPtr condition = node.known(0);
  const onnx::GraphProto* then_branch = node.attributes().graph("then_branch");
  const onnx::GraphProto* else_branch = node.attributes().graph("else_branch");
  if (condition == nullptr) refuse("its condition is computed at run time");
  if (then_branch == nullptr || else_branch == nullptr) malformed("a branch is missing");
  if (condition->type() != DType::kBool || condition->size() != 1) {
    malformed("the condition must be one boolean");
  }
  const onnx::GraphProto& branch = condition->as_int(0) != 0 ? *then_branch : *else_branch;
  const std::vector<Value> results = node.context().inline_subgraph(branch);
  if (static_cast<int>(results.size()) != node.outputs()) {
    malformed(fmt::format("{} outputs for a branch with {}", node.outputs(), results.size()));
  }
  for (int output = 0; output < node.outputs(); ++output) {
    node.bind_value(results[output], output);
  }
}

// `x` with each dimension repeated as a whole, repeats[i] times.
TensorId emit_repeated(NodeContext& node, TensorId x, const std::vector<std::int64_t>& repeats) {
  for (std::size_t axis = 0; axis < repeats.size(); ++axis) {
    if (repeats[axis] == 1) continue;
    const std::int64_t extent = node.graph().tensor(x).shape[axis];
    if (repeats[axis] < 1 || extent < 1 || repeats[axis] > kMostFolded / extent) {
      refuse(fmt::format("it repeats dimension {} of a tensor computed at run time {} times", axis,
                         repeats[axis]));
    }
    Gather op{static_cast<int>(axis), {}};
    for (std::int64_t i = 0; i < extent * repeats[axis]; ++i) op.indices.push_back(i % extent);
    x = node.emit(std::move(op), {x}, "/repeated");
  }
  return x;
}

void convert_expand(NodeContext& node) {
  const Shape wanted = node.constant_ints(1, "the extents");
  if (const ConstantPtr data = node.constant(0)) {
    if (ConstantPtr result = fold_expand(*data, wanted)) {
      bind_folded(node, std::move(result));
      return;
    }
  }
  Shape shape = node.shape(0);
  if (shape.size() < wanted.size()) shape.insert(shape.begin(), wanted.size() - shape.size(), 1);
  const std::size_t skip = shape.size() - wanted.size();
  std::vector<std::int64_t> repeats(shape.size(), 1);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::int64_t extent = shape[skip + i];
    if (wanted[i] == 1 || wanted[i] == extent) continue;
    if (extent != 1) {
      mismatch(fmt::format("an extent of {} cannot be expanded to {}", extent, wanted[i]));
    }
    repeats[skip + i] = wanted[i];
  }
  const TensorId x = node.emit(Reshape{shape}, {node.input(0)}, "/shaped");
  node.bind(emit_repeated(node, x, repeats));
}

void convert_tile(NodeContext& node) {
  const std::vector<std::int64_t> repeats = node.constant_ints(1, "repeats");
  if (repeats.size() != node.shape(0).size()) {
    malformed(fmt::format("{} repeats for {} dimensions", repeats.size(), node.rank(0)));
  }
  for (const std::int64_t count : repeats) {
    if (count < 0) malformed(fmt::format("it repeats a dimension {} times", count));
  }
  if (const ConstantPtr data = node.constant(0)) {
    if (ConstantPtr result = fold_tile(*data, repeats)) {
      bind_folded(node, std::move(result));
      return;
    }
  }
  node.bind(emit_repeated(node, node.input(0), repeats));
}

constexpr OpEntry kFoldOperators[] = {
    {.type = "Constant", .since = 1, .inputs = {0, 0}, .convert = convert_constant},
    {.type = "Shape", .since = 1, .inputs = {1, 1}, .convert = convert_shape},
    {.type = "Size", .since = 1, .inputs = {1, 1}, .convert = convert_size},
    {.type = "ConstantOfShape", .since = 9, .inputs = {1, 1}, .convert = convert_constant_of_shape},
    {.type = "Range", .since = 11, .inputs = {3, 3}, .convert = convert_range},
    {.type = "Equal", .since = 7, .inputs = {2, 2}, .convert = convert_compare<Comparison::kEqual>},
    {.type = "Less", .since = 7, .inputs = {2, 2}, .convert = convert_compare<Comparison::kLess>},
    {.type = "Greater",
     .since = 7,
     .inputs = {2, 2},
     .convert = convert_compare<Comparison::kGreater>},
    {.type = "LessOrEqual",
     .since = 12,
     .inputs = {2, 2},
     .convert = convert_compare<Comparison::kLessOrEqual>},
    {.type = "GreaterOrEqual",
     .since = 12,
     .inputs = {2, 2},
     .convert = convert_compare<Comparison::kGreaterOrEqual>},
    {.type = "Where", .since = 9, .inputs = {3, 3}, .convert = convert_where},
    {.type = "Not", .since = 1, .inputs = {1, 1}, .convert = convert_not},
    {.type = "Expand", .since = 8, .inputs = {2, 2}, .convert = convert_expand},
    {.type = "If", .since = 1, .inputs = {1, 1}, .convert = convert_if},
    {.type = "Tile", .since = 6, .inputs = {2, 2}, .convert = convert_tile},
};

}  // namespace

std::span<const OpEntry> fold_operators() {
  return kFoldOperators;
}

}  // namespace spindle::frontend
