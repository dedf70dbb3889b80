// Regions: parts of a graph whose tensors can only be relabelled together.
#pragma once

#include <cstddef>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/flattened_dense.h"
#include "compiler/passes/util.h"

namespace spindle {

// One input of one node.
struct NodeInput {
  NodeId node;
  std::size_t input;
};

// A region consists of operators that follow the layout of their tensors and are connected by them,
// and of all places where relabelling must be compensated. The output of a Transpose is a region of
// its own if no operator that follows its layout reads it.
struct LayoutRegion {
  std::vector<TensorId> members;  // the tensors that are relabelled; all have the same rank
  std::unordered_set<TensorId> is_member;
  std::vector<NodeId> nodes;  // the operators that write members, without Transposes

  std::vector<NodeId> transposes;  // Transpose nodes that read or write a member
  // Tensors outside of the region that `nodes` read.
  std::map<TensorId, std::vector<NodeInput>> sources;
  std::vector<NodeInput> constants;   // constants (or dequantized ones) that `nodes` read
  std::vector<NodeInput> broadcasts;  // inputs of lower rank that are computed at run time
  // Members that are graph outputs or that operators of fixed layout read, with these operators.
  std::map<TensorId, std::vector<NodeId>> exits;
  // Members that nodes read which drop dimensions, with these nodes.
  std::vector<std::pair<TensorId, NodeId>> droppers;
  // Reshapes in front of Dense layers.
  std::vector<std::pair<NodeId, FlattenedDense>> flattens;
};

// The regions that a Transpose reads or writes, in the order of the first operator of each.
[[nodiscard]] std::vector<LayoutRegion> find_layout_regions(const Graph& graph, const Uses& uses);

}  // namespace spindle
