// Results of a model: converts them, computes those of the reference interpreter, and compares.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

// The bytes of an output as a tensor in the shape of the ONNX model.
[[nodiscard]] ConstantPtr to_tensor(const ProgramIo& io, const std::vector<std::byte>& bytes);

// The inputs of a run with the types and shapes of the graph's input tensors, as interpret() needs
// them.
[[nodiscard]] std::vector<ConstantPtr> as_graph_inputs(const Graph& graph,
                                                       const std::vector<ConstantPtr>& inputs);

// The outputs of the reference interpreter for one run, in the shapes and types of the ONNX model.
[[nodiscard]] std::vector<ConstantPtr> reference_outputs(const Graph& graph,
                                                         const std::vector<ConstantPtr>& inputs);

struct Difference {
  std::int64_t values = 0;
  std::int64_t different = 0;
  double largest = 0;           // largest absolute difference
  double largest_relative = 0;  // the same relative to the largest magnitude in both tensors
};
// Compares two tensors of equal size and adds the result to `difference`.
void compare(const Constant& a, const Constant& b, Difference& difference);

}  // namespace spindle
