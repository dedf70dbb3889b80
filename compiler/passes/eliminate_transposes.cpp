#include "compiler/passes/eliminate_transposes.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/passes/collapse_transposes.h"
#include "compiler/passes/relabelling.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// Transposes of one tensor by one permutation become one.
void merge_equal_transposes(Graph& graph) {
  std::map<std::pair<TensorId, Perm>, TensorId> seen;
  for (const Node& node : graph.nodes) {
    const auto* transpose = node.as<Transpose>();
    if (transpose == nullptr) continue;
    const auto [place, is_new] =
        seen.emplace(std::pair(node.inputs[0], transpose->perm), node.output());
    if (!is_new) replace_alias(graph, node.output(), place->second);
  }
}

void drop_identities(Graph& graph) {
  for (Node& node : graph.nodes) {
    const auto* transpose = node.as<Transpose>();
    if (transpose == nullptr || !is_identity(transpose->perm)) continue;
    if (!replace_alias(graph, node.output(), node.inputs[0])) node.op = Identity{};
  }
  graph.remove_dead();
}

// Relabels the first region that gains by it; false if none does.
bool improve_region(Graph& graph) {
  const Uses uses(graph);
  for (const LayoutRegion& region : find_layout_regions(graph, uses)) {
    const std::size_t rank = graph.tensor(region.members[0]).shape.size();
    Perm best = identity_perm(rank);
    std::int64_t least = relabelling_cost(graph, uses, region, best);
    const std::int64_t now = least;
    for (const Perm& q : relabelling_candidates(graph, region)) {
      const std::int64_t cost = relabelling_cost(graph, uses, region, q);
      if (cost >= least) continue;
      least = cost;
      best = q;
    }
    if (least == now) continue;
    relabel_region(graph, uses, region, best);
    return true;
  }
  return false;
}

void reshape_where_order_stays(Graph& graph) {
  for (Node& node : graph.nodes) {
    const auto* transpose = node.as<Transpose>();
    if (transpose == nullptr) continue;
    if (!keeps_order(transpose->perm, graph.tensor(node.inputs[0]).shape)) continue;
    node.op = Reshape{graph.tensor(node.output()).shape};
  }
}

}  // namespace

void eliminate_transposes(Graph& graph) {
  do {
    merge_equal_transposes(graph);
    drop_identities(graph);
  } while (collapse_transposes(graph) || improve_region(graph));
  reshape_where_order_stays(graph);
  merge_reshapes(graph);
  graph.remove_dead();
}

}  // namespace spindle
