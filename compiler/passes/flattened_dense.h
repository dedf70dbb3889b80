// Flattens in front of Dense layers. The order of the flattened elements may change if the weights
// of the Dense layers are permuted in the same way.
#pragma once

#include <optional>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/passes/util.h"

namespace spindle {

// What follows a Reshape that flattens the dimensions from `first` on into the last one.
struct FlattenedDense {
  std::size_t first = 0;
  // Tensors from the Reshape's output to the inputs of the Dense layers.
  std::vector<TensorId> between;
  std::vector<NodeId> dense;  // the Dense layers
};

// Describes `node` if it is a Reshape that flattens trailing dimensions, and everything that reads
// it is elementwise up to Dense layers with constant (or dequantized constant) weights. Returns
// nothing otherwise.
[[nodiscard]] std::optional<FlattenedDense> find_flattened_dense(const Graph& graph,
                                                                 const Uses& uses,
                                                                 const Node& node);

// True if relabelling the Reshape's input, which has shape `shape`, by q permutes only the
// flattened dimensions.
[[nodiscard]] bool absorbs(const FlattenedDense& flattened, const Shape& shape, const Perm& q);

// Permutes the weights to fit a Reshape input that is relabelled by q. Call it before the input is
// relabelled. Origins of the flattened tensor move to the Reshape's input, where a permutation can
// still describe them. Origins of the flat tensors behind it are dropped.
void absorb(Graph& graph, const Uses& uses, const FlattenedDense& flattened, const Perm& q);

}  // namespace spindle
