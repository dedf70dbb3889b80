// Which operators compute the same whatever the order of their tensors' dimensions, and how to
// change that order. "Relabelled by q" means: the new tensor is the old one transposed by q.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/util.h"

namespace spindle {

// True if the node, with its layout inputs and its output relabelled alike, still computes the same
// (after relabel()): its operator has Layout::kFollows, and there are dimensions to put in order.
[[nodiscard]] bool follows_layout(const Graph& graph, const Node& node);

// Indices of the inputs that have to be relabelled with the output: all that have its rank. Lower
// ranks are broadcast and are not among them.
[[nodiscard]] std::vector<std::size_t> layout_inputs(const Graph& graph, const Node& node);

// Indices of the inputs that are broadcast from a lower rank.
[[nodiscard]] std::vector<std::size_t> broadcast_inputs(const Graph& graph, const Node& node);

// Adapts the axes in the node's attributes.
void relabel(Node& node, const Perm& q);

// True for Reduce and ArgMax without keep_dims: the input may be relabelled, the output follows.
[[nodiscard]] bool drops_dimensions(const Node& node);

// For such a node: the transpose that gives the old output from the one after relabelling the
// input, which has rank q.size().
[[nodiscard]] Perm residual(const Node& node, const Perm& q);

}  // namespace spindle
