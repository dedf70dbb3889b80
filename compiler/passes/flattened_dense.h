// A flatten whose order does not matter, because the Dense layers behind it can have their weights
// permuted.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/util.h"

namespace spindle {

// Everything behind a Reshape that flattens the dimensions from `first` on into the last one.
struct FlattenedDense {
  std::size_t first = 0;
  std::vector<TensorId> between;  // from the Reshape's output to the Dense inputs
  std::vector<int> dense;         // node indices
};

// Describes `node` if it is a Reshape that flattens trailing dimensions, and all that reads it is
// elementwise up to Dense layers with constant (or dequantized constant) weights.
[[nodiscard]] std::optional<FlattenedDense> find_flattened_dense(const Graph& graph,
                                                                 const Uses& uses,
                                                                 const Node& node);

// True if relabelling the Reshape's input, of shape `shape`, by q permutes only what is flattened.
[[nodiscard]] bool absorbs(const FlattenedDense& flattened, const Shape& shape, const Perm& q);

// Permutes the weights for an input relabelled by q; to be called before the input is. Origins of
// the flattened tensor move to the Reshape's input, which can still tell the order; those of the
// flat tensors behind it are dropped.
void absorb(Graph& graph, const Uses& uses, const FlattenedDense& flattened, const Perm& q);

}  // namespace spindle
