// Which operators give the same result in any order of their tensors' dimensions, and how to change
// that order. "Relabelled by q" means that the new tensor is the old one transposed by q.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/util.h"

namespace spindle {

// True if the node still gives the same result after its layout inputs and its output are
// relabelled alike and relabel() has changed its attributes. Its operator must have
// Layout::kFollows, and its output at least two dimensions.
[[nodiscard]] bool follows_layout(const Graph& graph, const Node& node);

// Indices of the inputs that have to be relabelled with the output: those that have its rank.
// Inputs of lower rank are broadcast and are not among them.
[[nodiscard]] std::vector<std::size_t> layout_inputs(const Graph& graph, const Node& node);

// Indices of the inputs that are broadcast from a lower rank.
[[nodiscard]] std::vector<std::size_t> broadcast_inputs(const Graph& graph, const Node& node);

// Renumbers the axes in the node's attributes for tensors relabelled by q.
void relabel(Node& node, const Perm& q);

// True for Reduce and ArgMax without keep_dims. Their input may be relabelled although the output
// has fewer dimensions.
[[nodiscard]] bool drops_dimensions(const Node& node);

// For such a node, whose input of rank q.size() is relabelled by q: the permutation that transposes
// the new output into the old one.
[[nodiscard]] Perm residual(const Node& node, const Perm& q);

}  // namespace spindle
