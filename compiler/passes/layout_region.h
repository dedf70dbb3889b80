// Parts of a graph whose tensors can only be relabelled together.
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
  int node;
  std::size_t input;
};

// Operators that follow the layout of their tensors, joined by those tensors, and all places where
// a relabelling of the region shows. A tensor behind a Transpose is a region of its own if nothing
// that follows its layout reads it.
struct LayoutRegion {
  std::vector<TensorId> members;  // what relabelling changes; all of one rank
  std::unordered_set<TensorId> is_member;
  std::vector<int> nodes;  // the operators that write members, Transposes excluded

  std::vector<int> transposes;  // Transpose nodes with a member before or behind them
  std::map<TensorId, std::vector<NodeInput>> sources;  // tensors of fixed layout that `nodes` read
  std::vector<NodeInput> constants;                    // constants (or dequantized ones) they read
  std::vector<NodeInput> broadcasts;                   // run-time inputs of lower rank
  std::map<TensorId, std::vector<int>> exits;      // members read by fixed operators (which), or
                                                   // graph outputs
  std::vector<std::pair<TensorId, int>> droppers;  // members read by dimension-dropping operators
  std::vector<std::pair<int, FlattenedDense>> flattens;  // Reshapes in front of Dense layers
};

// The regions that touch a Transpose, in the order of the first operator of each.
[[nodiscard]] std::vector<LayoutRegion> find_layout_regions(const Graph& graph, const Uses& uses);

}  // namespace spindle
