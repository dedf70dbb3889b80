#include "compiler/passes/layout.h"

#include <algorithm>
#include <utility>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// The dimensions that a node drops; empty for all others.
std::vector<int> dropped_axes(const Node& node) {
  if (const auto* reduce = node.as<Reduce>()) {
    return reduce->keep_dims ? std::vector<int>{} : reduce->axes;
  }
  const auto* arg = node.as<ArgMax>();
  return arg == nullptr || arg->keep_dims ? std::vector<int>{} : std::vector<int>{arg->axis};
}

struct Relabel {
  const Perm& q;

  void move(int& axis) const { axis = permute_axis(q, axis); }

  void operator()(BatchNorm& op) const { move(op.axis); }
  void operator()(Softmax& op) const { move(op.axis); }
  void operator()(Concat& op) const { move(op.axis); }
  void operator()(ArgMax& op) const { move(op.axis); }
  void operator()(Gather& op) const { move(op.axis); }
  void operator()(Reduce& op) const {
    for (int& axis : op.axes) move(axis);
    std::sort(op.axes.begin(), op.axes.end());
    if (op.file_dims.empty()) op.file_dims = identity_perm(q.size());
    for (int& dimension : op.file_dims) move(dimension);
  }
  void operator()(Pad& op) const {
    op.before = permuted(op.before, q);
    op.after = permuted(op.after, q);
  }
  void operator()(Slice& op) const {
    op.start = permuted(op.start, q);
    op.step = permuted(op.step, q);
    op.count = permuted(op.count, q);
  }
  void operator()(Table&) const {}  // follows the layout only if it has no axis
  void operator()(TopK&) const {}   // never follows the layout
  // This overload is for operators without axes. An operator with axes needs an overload above,
  // which renumbers them.
  template <typename T>
  void operator()(T&) const {
    static_assert(!requires(T op) { op.axis; } && !requires(T op) { op.axes; });
  }
};

std::vector<std::size_t> inputs_where(const Graph& graph, const Node& node, bool full_rank) {
  const std::size_t rank = graph.tensor(node.output()).shape.size();
  std::vector<std::size_t> result;
  for (std::size_t i : data_inputs(node)) {
    if ((graph.tensor(node.inputs[i]).shape.size() == rank) == full_rank) result.push_back(i);
  }
  return result;
}

}  // namespace

bool follows_layout(const Graph& graph, const Node& node) {
  return traits_of(node.op).layout == Layout::kFollows &&
         graph.tensor(node.output()).shape.size() > 1;
}

std::vector<std::size_t> layout_inputs(const Graph& graph, const Node& node) {
  return inputs_where(graph, node, true);
}

std::vector<std::size_t> broadcast_inputs(const Graph& graph, const Node& node) {
  return inputs_where(graph, node, false);
}

void relabel(Node& node, const Perm& q) {
  std::visit(Relabel{q}, node.op);
}

bool drops_dimensions(const Node& node) {
  return !dropped_axes(node).empty();
}

Perm residual(const Node& node, const Perm& q) {
  const std::vector<int> axes = dropped_axes(node);
  const auto dropped = [&](int axis) {
    return std::find(axes.begin(), axes.end(), axis) != axes.end();
  };
  Perm remaining;  // old dimensions, in the order in which the new output has them
  std::copy_if(q.begin(), q.end(), std::back_inserter(remaining),
               [&](int axis) { return !dropped(axis); });
  Perm result;
  for (int axis = 0; axis < static_cast<int>(q.size()); ++axis) {
    if (!dropped(axis)) result.push_back(permute_axis(remaining, axis));
  }
  return result;
}

}  // namespace spindle
