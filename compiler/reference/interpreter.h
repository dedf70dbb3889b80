// The oracle: computes a graph operator by operator as ops.h and docs/numeric-contract.md define
// them. Naive on purpose; shares no code with the runtime kernels.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Called for every run-time tensor as it is computed, graph inputs included.
using Observer = std::function<void(TensorId, const ConstantPtr&)>;

// The graph's outputs for `inputs` (same types and shapes as the graph's inputs; a mismatch is an
// internal error). Works on any valid graph, before and after passes.
[[nodiscard]] std::vector<ConstantPtr> interpret(const Graph& graph,
                                                 std::span<const ConstantPtr> inputs,
                                                 const Observer& observer = {});

// One operator. `inputs` are null where the node's input is absent; quantization comes from the
// graph's tensors.
[[nodiscard]] ConstantPtr evaluate(const Graph& graph, const Node& node,
                                   std::span<const ConstantPtr> inputs);

// `value` (of tensor `tensor`) in the form the ONNX file gives it: permuted, reshaped, retyped. An
// 8-bit value whose ONNX tensor is float is dequantized.
[[nodiscard]] ConstantPtr to_onnx_form(const Tensor& tensor, const Origin& origin,
                                       const Constant& value);

// The inverse, for graph inputs: `value` has the ONNX tensor's type and element count; the result
// has `tensor`'s type and shape. The types differ by `origin.offset` only (never float to 8-bit).
[[nodiscard]] ConstantPtr from_onnx_form(const Tensor& tensor, const Origin& origin,
                                         const Constant& value);

}  // namespace spindle
