// Reductions, ArgMax and ArgMin.
#include <numeric>

#include "frontend/fold/fold_functions.h"
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
  Reduce op{.kind = kind,
            .axes = std::move(reduction.axes),
            .keep_dims = reduction.keep_dims,
            .float_sum = kind == ReduceKind::kMean};
  node.bind(node.emit(std::move(op), {node.input(0)}));
}

// Sums of functions of the elements, and functions of such sums.
enum class Norm : std::uint8_t { kL1, kL2, kSumSquare, kLogSum, kLogSumExp };

TensorId square(NodeContext& node, TensorId x) {
  return node.emit(Binary{BinaryKind::kMul, {}}, {x, x}, "/squares");
}

template <Norm norm>
void convert_norm(NodeContext& node) {
  const Reduction reduction = read_reduction(node, 18);
  TensorId x = node.input(0);
  const auto reduce = [&](ReduceKind kind, TensorId of, std::string_view suffix) {
    const bool kept = reduction.keep_dims || suffix == "/largest";
    return node.emit(Reduce{.kind = kind, .axes = reduction.axes, .keep_dims = kept}, {of}, suffix);
  };
  const auto unary = [&](UnaryKind kind, TensorId of, std::string_view suffix) {
    return node.emit(Unary{kind, 0, 0}, {of}, suffix);
  };
  if (reduction.axes.empty()) refuse("it reduces no axis");
  switch (norm) {
    case Norm::kL1:
      node.bind(reduce(ReduceKind::kSum, unary(UnaryKind::kAbs, x, "/magnitudes"), {}));
      return;
    case Norm::kL2:
      x = reduce(ReduceKind::kSum, square(node, x), "/sum");
      node.bind(unary(UnaryKind::kSqrt, x, {}));
      return;
    case Norm::kSumSquare:
      node.bind(reduce(ReduceKind::kSum, square(node, x), {}));
      return;
    case Norm::kLogSum:
      node.bind(unary(UnaryKind::kLog, reduce(ReduceKind::kSum, x, "/sum"), {}));
      return;
    case Norm::kLogSumExp:
      break;
  }
  // relative to the largest element, so that exp does not overflow
  const TensorId largest = reduce(ReduceKind::kMax, x, "/largest");
  x = node.emit(Binary{BinaryKind::kSub, {}}, {x, largest}, "/below");
  x = reduce(ReduceKind::kSum, unary(UnaryKind::kExp, x, "/exp"), "/sum");
  x = unary(UnaryKind::kLog, x, "/log");
  const Shape shape = node.graph().tensor(x).shape;
  const TensorId shift = node.emit(Reshape{shape}, {largest}, "/shift");
  node.bind(node.emit(Binary{BinaryKind::kAdd, {}}, {x, shift}));
}

void convert_product(NodeContext& node) {
  const Reduction reduction = read_reduction(node, 18);
  const ConstantPtr data = node.known(0);
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
    {.type = "ReduceMean",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_reduce<ReduceKind::kMean>},
    {.type = "ReduceSum",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_reduce<ReduceKind::kSum>},
    {.type = "ReduceMax",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_reduce<ReduceKind::kMax>},
    {.type = "ReduceMin",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_reduce<ReduceKind::kMin>},
    {.type = "ReduceL1", .since = 1, .inputs = {1, 2}, .convert = convert_norm<Norm::kL1>},
    {.type = "ReduceL2", .since = 1, .inputs = {1, 2}, .convert = convert_norm<Norm::kL2>},
    {.type = "ReduceSumSquare",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_norm<Norm::kSumSquare>},
    {.type = "ReduceLogSum", .since = 1, .inputs = {1, 2}, .convert = convert_norm<Norm::kLogSum>},
    {.type = "ReduceLogSumExp",
     .since = 1,
     .inputs = {1, 2},
     .convert = convert_norm<Norm::kLogSumExp>},
    {.type = "ReduceProd", .since = 1, .inputs = {1, 2}, .convert = convert_product},
    {.type = "ArgMax", .since = 1, .inputs = {1, 1}, .convert = convert_arg<false>},
    {.type = "ArgMin", .since = 1, .inputs = {1, 1}, .convert = convert_arg<true>},
};

}  // namespace

std::span<const OpEntry> reduce_operators() {
  return kReduceOperators;
}

}  // namespace spindle::frontend
