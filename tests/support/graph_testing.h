// Builds small graphs by hand and checks that a pass does not change what they compute.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle::testing {

TensorId add_input(Graph& graph, std::string name, Shape shape, DType type = DType::kF32,
                   std::optional<Quant> quant = {});
// A random float constant in [lo, hi). Equal names give equal values.
TensorId add_floats(Graph& graph, const std::string& name, Shape shape, float lo = -1,
                    float hi = 1);
// A random int8 constant, quantized per channel along `axis`, or per tensor if `axis` is -1.
TensorId add_weights_s8(Graph& graph, const std::string& name, Shape shape, int axis = -1);

[[nodiscard]] Quant quant(float scale, std::int32_t zero_point);
TensorId quantize(Graph& graph, const std::string& name, TensorId x, float scale,
                  std::int32_t zero_point, DType type = DType::kI8);
TensorId dequantize(Graph& graph, const std::string& name, TensorId x);

// Transposes from NCHW to NHWC and back, which the importer puts around operators on images.
TensorId to_nhwc(Graph& graph, const std::string& name, TensorId x);
TensorId to_nchw(Graph& graph, const std::string& name, TensorId x);

// Gives every tensor computed at run time an Origin that says: the ONNX file has it in this form.
void set_origins(Graph& graph);

// macs_of all nodes together.
[[nodiscard]] std::int64_t total_macs(const Graph& graph);

template <typename T>
[[nodiscard]] int count_of(const Graph& graph) {
  return static_cast<int>(std::count_if(graph.nodes.begin(), graph.nodes.end(),
                                        [](const Node& node) { return node.as<T>() != nullptr; }));
}
// The only node of kind T; null if there is none or more than one.
template <typename T>
[[nodiscard]] const Node* only(const Graph& graph) {
  if (count_of<T>(graph) != 1) return nullptr;
  return &*std::find_if(graph.nodes.begin(), graph.nodes.end(),
                        [](const Node& node) { return node.as<T>() != nullptr; });
}

// Runs both graphs on the same random inputs and returns the first difference, or an empty text.
// Outputs must have equal names, types and shapes, and equal values within `tolerance` times the
// largest value of the tensor. So must the values of every Origin that both graphs have.
[[nodiscard]] std::string difference(const Graph& before, const Graph& after,
                                     float tolerance = 1e-5F, std::uint64_t seed = 1);

// Runs `pass` on `graph` and returns what is wrong, or an empty text. The graph must be well-formed
// before and after, must compute the same, and must not change when the pass runs again.
[[nodiscard]] std::string apply(const std::function<void(Graph&)>& pass, Graph& graph,
                                float tolerance = 1e-5F);

}  // namespace spindle::testing
