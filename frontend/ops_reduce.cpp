// Reductions, ArgMax and ArgMin.
#include <numeric>

#include "frontend/fold_shapes.h"
#include "frontend/op_table.h"

namespace spindle::frontend {
namespace {

struct Reduction {
  std::vector<int> axes;  // ascending; if empty, the input is passed through
  bool keep_dims;
};

// `axes_input_since` is the opset from which on the axes are an input instead of an attribute.
Reduction read_reduction(NodeContext& node, int axes_input_since) {
  Attributes& attributes = node.attributes();
  const int rank = node.rank(0);
  std::vector<std::int64_t> axes;
  bool none_means_none = false;
  if (node.opset() < axes_input_since) {
    axes = attributes.integers("axes").value_or(std::vector<std::int64_t>{});
  } else {
    none_means_none = attributes.flag("noop_with_empty_axes", false);
    if (node.has(1)) axes = node.constant_ints(1, "axes");
  }
  const bool keep_dims = attributes.flag("keepdims", true);
  if (!axes.empty()) return {NodeContext::from_front(axes, rank), keep_dims};
  std::vector<int> all(none_means_none ? 0 : rank);
  std::iota(all.begin(), all.end(), 0);
  return {std::move(all), keep_dims};
}

template <ReduceKind kind>
void convert_reduce(NodeContext& node) {
  const int axes_input_since = kind == ReduceKind::kSum ? 13 : 18;
  Reduction reduction = read_reduction(node, axes_input_since);
  if (reduction.axes.empty()) {
    node.pass_through(0);
    return;
  }
  Reduce op{kind, std::move(reduction.axes), reduction.keep_dims, {}};
  op.float_sum = kind == ReduceKind::kMean;
  node.bind(node.emit(std::move(op), {node.input(0)}));
}

void convert_product(NodeContext& node) {
  const Reduction reduction = read_reduction(node, 18);
  const ConstantPtr data = node.constant(0);
  ConstantPtr product;
  if (data != nullptr && reduction.axes.size() == data->shape().size()) {
    product = fold_product(*data, reduction.keep_dims);
  }
  if (product == nullptr) refuse("ReduceProd is supported only where shapes are computed");
  node.bind_constant(std::move(product));
}

template <bool minimum>
void convert_arg(NodeContext& node) {
  Attributes& attributes = node.attributes();
  ArgMax op;
  op.axis = NodeContext::from_front(attributes.integer("axis", 0), node.rank(0));
  op.keep_dims = attributes.flag("keepdims", true);
  op.last_index = attributes.flag("select_last_index", false);
  op.minimum = minimum;
  node.bind(node.emit(op, {node.input(0)}));
}

constexpr OpEntry kReduceOperators[] = {
    {"ReduceMean", 1, 1, 2, convert_reduce<ReduceKind::kMean>},
    {"ReduceSum", 1, 1, 2, convert_reduce<ReduceKind::kSum>},
    {"ReduceMax", 1, 1, 2, convert_reduce<ReduceKind::kMax>},
    {"ReduceMin", 1, 1, 2, convert_reduce<ReduceKind::kMin>},
    {"ReduceProd", 1, 1, 2, convert_product},
    {"ArgMax", 1, 1, 1, convert_arg<false>},
    {"ArgMin", 1, 1, 1, convert_arg<true>},
};

}  // namespace

std::span<const OpEntry> reduce_operators() {
  return kReduceOperators;
}

}  // namespace spindle::frontend
