// Looks for an order of the nodes in which fewer bytes are alive at a time.
//
// Exporters write nodes in an order of their own: a lateral of a feature pyramid long before the
// top-down path reads it, or the Transposes of all heads of a detector at the end. Every tensor in
// between then stays in memory. The search works on *units*, which are chains of nodes that only
// one order is sensible for: a node that alone reads the only result of another follows it at once,
// and an inverted residual stays together. It is a beam search over the sets of units that have
// run. A state is better if the most bytes alive so far are fewer, and among equals if the bytes
// alive, summed over all nodes so far, are fewer.
//
// What is counted are whole tensors between units, and between the inverted residuals of a unit.
// What the planner makes of them (rings, overlays, scratch) is not, so the order is a proposal: the
// caller plans both orders and takes the better. Tensors in the caller's buffers, which are inputs,
// outputs and the parts of a concatenated output, cost nothing.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// The nodes in a topological order that keeps inverted residuals together. nullopt if this is
// the order that they have, or if there are so many units that the search would take long.
[[nodiscard]] std::optional<std::vector<NodeId>> order_with_less_alive(const Graph& graph);

}  // namespace spindle
