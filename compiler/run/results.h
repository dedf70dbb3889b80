// Results of a model: the reference's, and how far others are from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// Output bytes of a run as a tensor in the ONNX model's shape.
[[nodiscard]] ConstantPtr to_tensor(const ProgramIo& io, const std::vector<std::byte>& bytes);

// A run's inputs with the types and shapes of the graph's input tensors, for interpret().
[[nodiscard]] std::vector<ConstantPtr> as_graph_inputs(const Graph& graph,
                                                       const std::vector<ConstantPtr>& inputs);

// The reference interpreter's outputs for one run, in the ONNX model's shape and type.
[[nodiscard]] std::vector<ConstantPtr> reference_outputs(const Graph& graph,
                                                         const std::vector<ConstantPtr>& inputs);

struct Difference {
  std::int64_t values = 0;
  std::int64_t different = 0;
  double largest = 0;           // absolute
  double largest_relative = 0;  // relative to the larger magnitude of the whole tensor
};
// Accumulates the comparison of two tensors of equal size.
void compare(const Constant& a, const Constant& b, Difference& difference);

}  // namespace spindle
