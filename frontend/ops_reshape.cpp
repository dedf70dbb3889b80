// Operators that keep all elements: reshapes, Transpose, Concat, casts, Identity.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "frontend/file/element_count.h"
#include "frontend/op_table.h"
#include "frontend/quant_links.h"

namespace spindle::frontend {
namespace {

void reshape_to(NodeContext& node, Shape shape) {
  node.bind(node.emit(Reshape{std::move(shape)}, {node.input(0)}));
}

// The product of the extents; kMostElements + 1 if it is larger than kMostElements.
std::int64_t product(Shape::const_iterator from, Shape::const_iterator to) {
  std::int64_t count = 1;
  if (std::find(from, to, 0) != to) return 0;
  for (; from != to; ++from) {
    if (!multiply_count(count, *from)) return kMostElements + 1;
  }
  return count;
}

void convert_flatten(NodeContext& node) {
  const Shape& shape = node.shape(0);
  const int rank = node.rank(0);
  const std::int64_t axis = node.attributes().integer("axis", 1, -rank, rank);
  const auto split = shape.begin() + (axis < 0 ? axis + rank : axis);
  reshape_to(node, {product(shape.begin(), split), product(split, shape.end())});
}

// Replaces an extent of 0 by the input's (unless `allow_zero`), and -1 by what the other extents
// leave.
Shape resolve_shape(const Shape& from, Shape wanted, bool allow_zero) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 0 && !allow_zero) {
      if (i >= from.size())
        malformed("the shape has a 0 at a dimension that the input does not have");
      wanted[i] = from[i];
    }
    if (wanted[i] < -1) malformed(fmt::format("the shape has the extent {}", wanted[i]));
  }
  const auto open = std::find(wanted.begin(), wanted.end(), -1);
  if (open == wanted.end()) return wanted;
  *open = 1;
  if (std::find(wanted.begin(), wanted.end(), -1) != wanted.end()) {
    malformed("the shape has more than one extent of -1");
  }
  const std::int64_t rest = product(wanted.begin(), wanted.end());
  const std::int64_t whole = element_count(from);
  if (rest == 0 || whole % rest != 0) {
    mismatch(fmt::format("{} elements cannot be divided by {}", whole, rest));
  }
  *open = whole / rest;
  return wanted;
}

void convert_reshape(NodeContext& node) {
  const bool allow_zero = node.attributes().flag("allowzero", false);
  reshape_to(node, resolve_shape(node.shape(0), node.constant_ints(1, "the extents"), allow_zero));
}

// The axes: an attribute, or from opset 13 on an input. nullopt if absent.
std::optional<std::vector<std::int64_t>> read_axes(NodeContext& node) {
  if (node.opset() < 13) return node.attributes().integers("axes");
  if (!node.has(1)) return std::nullopt;
  return node.constant_ints(1, "axes");
}

void convert_squeeze(NodeContext& node) {
  const Shape& shape = node.shape(0);
  std::vector<int> axes;
  if (const auto given = read_axes(node)) {
    axes = NodeContext::from_front(*given, node.rank(0));
  } else {
    for (int i = 0; i < node.rank(0); ++i) {
      if (shape[i] == 1) axes.push_back(i);
    }
  }
  Shape result;
  for (int i = 0; i < node.rank(0); ++i) {
    const std::int64_t extent = shape[i];
    const bool dropped = std::binary_search(axes.begin(), axes.end(), i);
    if (dropped && extent != 1) mismatch(fmt::format("dimension {} is {}, not 1", i, extent));
    if (!dropped) result.push_back(extent);
  }
  reshape_to(node, std::move(result));
}

void convert_unsqueeze(NodeContext& node) {
  const auto given = read_axes(node);
  if (!given) malformed("axes are missing");
  constexpr std::size_t kMostAxes = 64;
  if (given->size() > kMostAxes) malformed("there are too many axes");
  const int rank = node.rank(0) + static_cast<int>(given->size());
  const std::vector<int> axes = NodeContext::from_front(*given, rank);
  Shape result;
  auto next = node.shape(0).begin();
  for (int i = 0; i < rank; ++i) {
    const bool added = std::binary_search(axes.begin(), axes.end(), i);
    result.push_back(added ? 1 : *next++);
  }
  reshape_to(node, std::move(result));
}

void convert_transpose(NodeContext& node) {
  const int rank = node.rank(0);
  std::vector<int> perm(rank);
  std::iota(perm.rbegin(), perm.rend(), 0);
  if (node.attributes().has("perm")) {
    perm = node.attributes().sizes("perm", rank, 0, 0);
  }
  node.bind(node.emit(Transpose{std::move(perm)}, {node.input(0)}));
}

// Concat copies stored integers, so 8-bit parts must share one quantization (quant_links.h).
void convert_concat(NodeContext& node) {
  if (!node.attributes().has("axis")) malformed("attribute 'axis' is missing");
  const int axis = NodeContext::from_front(node.attributes().integer("axis", 0), node.rank(0));
  std::vector<TensorId> parts;
  for (int i = 0; i < node.inputs(); ++i) parts.push_back(node.input(i));
  node.bind(node.emit(Concat{axis}, std::move(parts)));
}

void convert_identity(NodeContext& node) {
  node.pass_through(0);
}

void convert_dropout(NodeContext& node) {
  node.attributes().ignore({"ratio", "seed", "is_test"});
  if (node.has(2)) {
    const ConstantPtr training = node.known(2);
    if (training == nullptr || training->size() != 1 || training->as_double(0) != 0) {
      refuse("training_mode is not false");
    }
  }
  node.pass_through(0);
}

void cast_to(NodeContext& node, DType to) {
  const DType from = node.type(0);
  if (from == to) {
    node.pass_through(0);
    return;
  }
  TensorId x = node.input(0);
  if (is_quantized_type(from) && to == DType::kF32 && node.constant(0) == nullptr) {
    // The integers themselves become real numbers.
    x = with_quant(node.context(), x, Quant{{1.0F}, {0}, -1});
    node.bind(node.emit(Dequantize{}, {x}));
    return;
  }
  node.bind(node.emit(Cast{to}, {x}));
}

void convert_cast(NodeContext& node) {
  if (!node.attributes().has("to")) malformed("attribute 'to' is missing");
  node.attributes().ignore({"saturate", "round_mode"});  // these concern float8 only
  const int to = static_cast<int>(node.attributes().integer("to", 0));
  const auto type = held_as(to);
  if (!type) refuse(fmt::format("element type '{}' is not supported", name_of_element(to)));
  if (is_other_float(to)) node.context().other_floats = true;
  cast_to(node, *type);
}

void convert_cast_like(NodeContext& node) {
  node.attributes().ignore({"saturate", "round_mode"});
  cast_to(node, node.type(1));
}

constexpr OpEntry kReshapeOperators[] = {
    {.type = "Flatten", .since = 1, .inputs = {1, 1}, .convert = convert_flatten},
    {.type = "Reshape", .since = 5, .inputs = {2, 2}, .convert = convert_reshape},
    {.type = "Squeeze", .since = 1, .inputs = {1, 2}, .convert = convert_squeeze},
    {.type = "Unsqueeze", .since = 1, .inputs = {1, 2}, .convert = convert_unsqueeze},
    {.type = "Transpose", .since = 1, .inputs = {1, 1}, .convert = convert_transpose},
    {.type = "Concat", .since = 4, .inputs = {1, kAnyNumber}, .convert = convert_concat},
    {.type = "Identity", .since = 1, .inputs = {1, 1}, .convert = convert_identity},
    {.type = "Dropout", .since = 7, .inputs = {1, 3}, .convert = convert_dropout},
    {.type = "Cast", .since = 6, .inputs = {1, 1}, .convert = convert_cast},
    {.type = "CastLike", .since = 15, .inputs = {2, 2}, .convert = convert_cast_like},
};

}  // namespace

std::span<const OpEntry> reshape_operators() {
  return kReshapeOperators;
}

}  // namespace spindle::frontend
