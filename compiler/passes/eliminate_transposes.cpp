#include "compiler/passes/eliminate_transposes.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/passes/collapse_transposes.h"
#include "compiler/passes/relabelling.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// Merges Transposes of the same tensor by the same permutation.
void merge_equal_transposes(Graph& graph) {
  std::map<std::pair<TensorId, Perm>, TensorId> seen;
  Aliases aliases(graph);
  for (const Node& node : graph.nodes) {
    const auto* transpose = node.as<Transpose>();
    if (transpose == nullptr) continue;
    const auto [place, is_new] =
        seen.emplace(std::pair(aliases.of(node.inputs[0]), transpose->perm), node.output());
    if (!is_new) aliases.replace(node.output(), place->second);
  }
  aliases.apply();
}

void drop_identities(Graph& graph) {
  Aliases aliases(graph);
  for (Node& node : graph.nodes) {
    const auto* transpose = node.as<Transpose>();
    if (transpose == nullptr || !is_identity(transpose->perm)) continue;
    if (!aliases.replace(node.output(), aliases.of(node.inputs[0]))) node.op = Identity{};
  }
  aliases.apply();
  graph.remove_dead();
}

// The relabelling with the lowest cost; the identity if none is cheaper than that.
Perm best_relabelling(const Graph& graph, const Uses& uses, const LayoutRegion& region) {
  Perm best = identity_perm(graph.tensor(region.members[0]).shape.size());
  std::int64_t least = relabelling_cost(graph, uses, region, best);
  for (const Perm& q : relabelling_candidates(graph, region)) {
    const std::int64_t cost = relabelling_cost(graph, uses, region, q);
    if (cost >= least) continue;
    least = cost;
    best = q;
  }
  return best;
}

// Relabels the regions that gain by it. If two of them touch each other, only the first is
// relabelled, because that changes what the other one gains; the next call decides about it.
// Returns whether any region was relabelled. All independent regions are done in one call, since
// finding the regions anew for each of them would be slow.
bool improve_regions(Graph& graph) {
  const Uses uses(graph);
  const std::vector<LayoutRegion> regions = find_layout_regions(graph, uses);
  IdVector<NodeId, bool> changed(graph.nodes.size(), false);
  bool any = false;
  for (const LayoutRegion& region : regions) {
    const std::vector<NodeId> touched = touched_nodes(uses, region);
    const auto is_changed = [&](NodeId node) { return changed[node]; };
    if (std::any_of(touched.begin(), touched.end(), is_changed)) continue;
    const Perm best = best_relabelling(graph, uses, region);
    if (is_identity(best)) continue;
    relabel_region(graph, uses, region, best);
    for (NodeId node : touched) changed[node] = true;
    any = true;
  }
  if (any) graph.sort();
  return any;
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
  } while (collapse_transposes(graph) || improve_regions(graph));
  reshape_where_order_stays(graph);
  merge_reshapes(graph);
  graph.remove_dead();
}

}  // namespace spindle
