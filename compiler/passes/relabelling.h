// Changing the layout of a region, and what that costs.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/layout_region.h"

namespace spindle {

// What the Transposes on the region's boundary move after its members are relabelled by q: four per
// element, one more for each that is not at a graph input or output (so that they gather there),
// and next to nothing where the elements keep their order.
[[nodiscard]] std::int64_t relabelling_cost(const Graph& graph, const Uses& uses,
                                            const LayoutRegion& region, const Perm& q);

// Relabellings worth trying: those that make a Transpose on the boundary disappear.
[[nodiscard]] std::vector<Perm> relabelling_candidates(const Graph& graph,
                                                       const LayoutRegion& region);

// Nodes that relabelling the region may change or that what it gains depends on; some of them
// several times.
[[nodiscard]] std::vector<int> touched_nodes(const Uses& uses, const LayoutRegion& region);

// Relabels the region's members by q. Graph outputs and fixed operators see the old layout.
// Transposes that became the identity remain; nodes that are added stand at the end, so that the
// caller has to sort. Regions that touch none of its nodes hold as they are.
void relabel_region(Graph& graph, const Uses& uses, const LayoutRegion& region, const Perm& q);

}  // namespace spindle
