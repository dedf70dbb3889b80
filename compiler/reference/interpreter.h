// The reference interpreter: computes a graph operator by operator, as ops.h and
// docs/numeric-contract.md define them. It is simple on purpose, and shares no code with the
// runtime kernels.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Called for every run-time tensor when it has been computed, and for the graph's inputs.
using Observer = std::function<void(TensorId, const ConstantPtr&)>;

// Computes the graph's outputs for `inputs`, which must have the types and shapes of the graph's
// inputs (otherwise an internal error). Works on any valid graph, before and after passes.
[[nodiscard]] std::vector<ConstantPtr> interpret(const Graph& graph,
                                                 std::span<const ConstantPtr> inputs,
                                                 const Observer& observer = {});

// Computes one operator. `inputs` are nullptr where the node has no input. Quantization is that of
// the graph's tensors.
[[nodiscard]] ConstantPtr evaluate(const Graph& graph, const Node& node,
                                   std::span<const ConstantPtr> inputs);
// Computes one operator outside of a graph, on inputs without a Quant, all of them present. `out`
// has the result's type, shape and Quant.
[[nodiscard]] ConstantPtr evaluate(const Op& op, std::span<const ConstantPtr> inputs,
                                   const Tensor& out);

// Computes an operator that has one input and works on single elements, for each value of an 8-bit
// type. Input and output have such types, quantized per tensor. Returns the 256 results in the
// order of the inputs, from the lowest value of the input's type on.
[[nodiscard]] ConstantPtr evaluate_8bit(const Graph& graph, const Node& node);

// Converts `value`, which belongs to `tensor`, to the form of its ONNX tensor `origin`: permuted,
// reshaped, and in its type. An 8-bit value whose ONNX tensor is float is dequantized.
[[nodiscard]] ConstantPtr to_onnx_form(const Tensor& tensor, const Origin& origin,
                                       const Constant& value);

// The inverse, for graph inputs: `value` has the ONNX tensor's type and element count, and the
// result has the type and shape of `tensor`. The two may differ by `origin.offset`, but not as
// float and 8-bit.
[[nodiscard]] ConstantPtr from_onnx_form(const Tensor& tensor, const Origin& origin,
                                         const Constant& value);

}  // namespace spindle
