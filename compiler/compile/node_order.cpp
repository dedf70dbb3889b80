#include "compiler/compile/node_order.h"

#include <utility>

#include "compiler/compile/select_steps.h"
#include "compiler/passes/order_nodes.h"
#include "compiler/plan/partition.h"

namespace spindle {
namespace {

std::int64_t least_peak(const Selection& selection) {
  const ValueUses uses(selection.steps);
  return PartitionSearch(selection.steps, uses).without_recompute().peak;
}

}  // namespace

std::optional<SelectedGraph> in_better_order(const SelectedGraph& selected, const Target& target,
                                             const CompilationOptions& options) {
  const std::optional<std::vector<NodeId>> order = order_with_less_alive(selected.graph);
  if (!order) return std::nullopt;
  Graph graph = selected.graph;
  graph.nodes.reorder(*order);
  Diagnostics diagnostics;  // dropped: the selection for the first order has reported all there is
  std::optional<Selection> selection = select_steps(graph, target, options, diagnostics);
  if (!selection || least_peak(*selection) >= least_peak(selected.selection)) return std::nullopt;
  return SelectedGraph{std::move(graph), *std::move(selection)};
}

}  // namespace spindle
