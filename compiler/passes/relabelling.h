// Changes the layout of a region, and estimates the cost of that.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/layout_region.h"

namespace spindle {

// The cost of the Transposes on the region's boundary after its members are relabelled by q: four
// for each element they move. A Transpose that is not at a graph input or output costs one more, so
// that Transposes gather there. One that leaves the elements in order costs one, or nothing beside
// a Reshape.
[[nodiscard]] std::int64_t relabelling_cost(const Graph& graph, const Uses& uses,
                                            const LayoutRegion& region, const Perm& q);

// The relabellings that make some Transpose on the boundary disappear.
[[nodiscard]] std::vector<Perm> relabelling_candidates(const Graph& graph,
                                                       const LayoutRegion& region);

// The nodes that relabelling the region may change, or on which its gain depends. A node may be
// listed several times.
[[nodiscard]] std::vector<NodeId> touched_nodes(const Uses& uses, const LayoutRegion& region);

// Relabels the region's members by q. Graph outputs and operators of fixed layout still get the old
// layout. Transposes that have become the identity remain. New nodes are appended at the end, so
// the caller must sort the graph. Other regions stay valid if they touch none of the same nodes.
void relabel_region(Graph& graph, const Uses& uses, const LayoutRegion& region, const Perm& q);

}  // namespace spindle
