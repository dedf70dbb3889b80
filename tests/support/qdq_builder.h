// Quantized graphs for tests of lower_qdq.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/passes/lower_qdq.h"
#include "tests/catch.h"
#include "tests/support/graph_testing.h"

namespace spindle::testing {

// Builds a quantized graph: 8-bit tensors, and float operators between Dequantize and Quantize.
struct QdqBuilder {
  Graph graph;

  TensorId s8_image(const std::string& name, Quant q = quant(0.05F, 3), DType type = DType::kI8) {
    return add_input(graph, name, {1, 6, 6, 8}, type, std::move(q));
  }
  TensorId real(TensorId id) { return dequantize(graph, graph.tensor(id).name + "_real", id); }
  TensorId real_image(const std::string& name, Quant q = quant(0.05F, 3)) {
    return real(s8_image(name, std::move(q)));
  }
  TensorId real_weights(const std::string& name, Shape shape, int axis = -1) {
    return real(add_weights_s8(graph, name, std::move(shape), axis));
  }
  TensorId op(const std::string& name, Op o, std::vector<TensorId> inputs) {
    return graph.append(name, std::move(o), std::move(inputs));
  }
  TensorId quantized(const std::string& name, TensorId x, Quant q, DType type = DType::kI8) {
    return quantize(graph, name, x, q.scale[0], q.zero_point[0], type);
  }

  // Lowers the graph with `output` as its only output. The values must not change by more than
  // `tolerance` times the largest one: 0 if the integer rule is exact, about 1/128 (one step) if it
  // may differ from float at ties.
  Diagnostics lower(TensorId output, float tolerance = 0) {
    graph.outputs = {output};
    if (tolerance > 0) graph.outputs = {dequantize(graph, "last", output)};
    std::vector<Diagnostics> runs;  // one for each run, since apply() runs the pass twice
    const auto pass = [&](Graph& g) { lower_qdq(g, runs.emplace_back()); };
    REQUIRE(apply(pass, graph, tolerance) == "");
    return runs.front();
  }
};

// A tolerance of about one step.
inline constexpr float kStep = 1.01F / 100;

inline bool all_8bit(const Graph& graph) {
  return std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
    return graph.tensor(node.output()).type == DType::kF32 && node.as<Dequantize>() == nullptr;
  });
}

}  // namespace spindle::testing
