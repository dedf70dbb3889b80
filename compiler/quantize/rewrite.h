// Makes the quantized graph of the float graph.
#pragma once

#include <map>

#include "compiler/ir/graph.h"
#include "compiler/quantize/calibrate.h"
#include "compiler/quantize/scheme.h"
#include "compiler/quantize/weights.h"

namespace spindle {

struct RewriteOptions {
  WeightOptions weights;
  DType activations = DType::kI8;
};

// The sums of the inputs of Conv and Dense by node: InputSums.
struct InputStatistics {
  const std::map<NodeId, WindowSums>& exact;
  const std::map<NodeId, WindowSums>& rounded;
};

struct RewrittenGraph {
  Graph graph;
  // By tensor of the float graph: the float tensor behind its codes (the output of a Dequantize).
  std::map<TensorId, TensorId> dequantized;
};

// The graph with a Quantize and a Dequantize behind every quantized tensor, and a Dequantize in
// front of each 8-bit constant: the form that the importer makes of a QDQ file. Tensors of `graph`
// keep their ids. An activation goes if the range of the codes does its work.
[[nodiscard]] RewrittenGraph rewrite(const Graph& graph, const Scheme& scheme,
                                     const std::map<TensorId, Quant>& quants,
                                     const InputStatistics& statistics,
                                     const RewriteOptions& options);

}  // namespace spindle
