// Operators that choose among values: TopK, NonMaxSuppression.
#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "frontend/op_table.h"

namespace spindle::frontend {
namespace {

void convert_top_k(NodeContext& node) {
  Attributes& attributes = node.attributes();
  TopK op;
  op.axis = NodeContext::from_front(attributes.integer("axis", -1), node.rank(0));
  if (node.opset() < 10) {
    op.k = attributes.integer("k", 0);
  } else {
    const auto k = node.constant_ints(1, "number of values");
    if (k.size() != 1) malformed("k must be a scalar");
    op.k = k[0];
  }
  if (node.opset() >= 11) {
    op.smallest = !attributes.flag("largest", true);
    attributes.ignore({"sorted"});  // without it any order is allowed, also the sorted one
  }
  for (int output = 0; output < 2; ++output) {
    if (!node.wants(output)) continue;
    op.indices = output == 1;
    node.bind(node.emit(op, {node.input(0)}, {}, output), output);
  }
}

// A constant scalar input; nullopt if it is absent.
template <typename T>
std::optional<T> scalar_input(NodeContext& node, int index, const char* what) {
  if (!node.has(index)) return std::nullopt;
  const ConstantPtr value = node.known(index);
  if (value == nullptr) {
    refuse(fmt::format("its {} is computed at run time, but must be a constant", what));
  }
  if (value->size() != 1) malformed(fmt::format("its {} must be a scalar", what));
  return static_cast<T>(value->as_double(0));
}

void convert_non_max_suppression(NodeContext& node) {
  NonMaxSuppression op;
  op.centered = node.attributes().flag("center_point_box", false);
  op.most = scalar_input<std::int64_t>(node, 2, "number of boxes").value_or(0);
  op.overlap = scalar_input<float>(node, 3, "limit of overlap").value_or(0.0F);
  op.score = scalar_input<float>(node, 4, "least score").value_or(op.score);
  if (op.most < 1)
    refuse("max_output_boxes_per_class is 0 or missing, so no box would be selected");
  if (node.rank(0) == 3 && node.shape(0)[0] != 1) {
    refuse(
        fmt::format("the boxes are of {} images; only one image is supported", node.shape(0)[0]));
  }
  node.context().fixed_counts.push_back(&node.proto());
  node.bind(node.emit(op, {node.input(0), node.input(1)}));
}

constexpr OpEntry kSelectOperators[] = {
    {.type = "TopK", .since = 1, .inputs = {1, 2}, .convert = convert_top_k},
    {.type = "NonMaxSuppression",
     .since = 10,
     .inputs = {2, 5},
     .convert = convert_non_max_suppression},
};

}  // namespace

std::span<const OpEntry> select_operators() {
  return kSelectOperators;
}

}  // namespace spindle::frontend
