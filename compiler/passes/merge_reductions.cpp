#include "compiler/passes/merge_reductions.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "compiler/passes/live_uses.h"

namespace spindle {
namespace {

// The dimensions of the first operator's input that both together reduce, ascending. `rank` is that
// input's.
std::vector<int> axes_of_both(const Reduce& first, const Reduce& second, std::size_t rank) {
  std::vector<bool> reduced(rank, false);
  for (int axis : first.axes) reduced[axis] = true;
  // The input's dimension that is each dimension of the first result.
  std::vector<std::size_t> dimension;
  for (std::size_t d = 0; d < rank; ++d) {
    if (first.keep_dims || !reduced[d]) dimension.push_back(d);
  }
  for (int axis : second.axes) reduced[dimension.at(axis)] = true;
  std::vector<int> axes;
  for (std::size_t d = 0; d < rank; ++d) {
    if (reduced[d]) axes.push_back(static_cast<int>(d));
  }
  return axes;
}

class Merge {
 public:
  explicit Merge(Graph& graph) : graph_(graph), uses_(graph) {}

  void run() {
    for (const NodeId i : graph_.nodes.ids()) merge(i);
    graph_.sort();
    graph_.remove_dead();
  }

 private:
  // Makes node `id` a reduction of what its producer reduces, if that is possible. Nodes come in
  // topological order, so that the producer has been merged before.
  void merge(NodeId id) {
    Node& node = graph_.nodes[id];
    const auto* second = node.as<Reduce>();
    if (second == nullptr) return;
    const TensorId between = node.inputs[0];
    const NodeId producer = uses_.producer(between);
    if (!producer || !uses_.single_use(between)) return;
    const auto* first = graph_.nodes[producer].as<Reduce>();
    if (first == nullptr || first->kind != second->kind || !first->act.none()) return;
    const TensorId x = graph_.nodes[producer].inputs[0];
    for (TensorId real : {x, between, node.output()}) {
      if (graph_.tensor(real).type != DType::kF32) return;
    }
    const bool alike = first->keep_dims == second->keep_dims;
    Reduce both{.kind = second->kind,
                .axes = axes_of_both(*first, *second, graph_.tensor(x).shape.size()),
                .keep_dims = alike ? second->keep_dims : true,
                .act = second->act};
    if (alike) {
      node.op = std::move(both);
    } else {
      reshape_after(node, std::move(both), x);
    }
    node.inputs = {alike ? x : node.inputs[0]};
    uses_.replace_user(x, producer, id);
    uses_.set_users(between, {});
  }

  // Makes `node` a Reshape of a new node, which computes `both` of `x`.
  void reshape_after(Node& node, Reduce both, TensorId x) {
    Reshape reshape{graph_.tensor(node.output()).shape};
    const TensorId kept = graph_.append(node.name, std::move(both), {x});
    node.op = std::move(reshape);
    node.inputs = {kept};
  }

  Graph& graph_;
  LiveUses uses_;
};

}  // namespace

void merge_reductions(Graph& graph) {
  Merge(graph).run();
}

}  // namespace spindle
