// Building small graphs by hand and checking that a pass keeps their meaning.
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
// Random float constant in [lo, hi); the values depend on the name only.
TensorId add_floats(Graph& graph, const std::string& name, Shape shape, float lo = -1,
                    float hi = 1);
// Random int8 constant with one scale per extent of `axis`, or one scale in all (axis -1).
TensorId add_weights_s8(Graph& graph, const std::string& name, Shape shape, int axis = -1);

[[nodiscard]] Quant quant(float scale, std::int32_t zero_point);
TensorId quantize(Graph& graph, const std::string& name, TensorId x, float scale,
                  std::int32_t zero_point, DType type = DType::kI8);
TensorId dequantize(Graph& graph, const std::string& name, TensorId x);

// "NCHW to NHWC" and back, as the importer wraps operators on images.
TensorId to_nhwc(Graph& graph, const std::string& name, TensorId x);
TensorId to_nchw(Graph& graph, const std::string& name, TensorId x);

// Every tensor computed at run time gets an Origin: the form it has now stands for the ONNX file's.
void set_origins(Graph& graph);

template <typename T>
[[nodiscard]] int count_of(const Graph& graph) {
  return static_cast<int>(std::count_if(graph.nodes.begin(), graph.nodes.end(),
                                        [](const Node& node) { return node.as<T>() != nullptr; }));
}
// The only node of its kind; null if there is none or more than one.
template <typename T>
[[nodiscard]] const Node* only(const Graph& graph) {
  if (count_of<T>(graph) != 1) return nullptr;
  return &*std::find_if(graph.nodes.begin(), graph.nodes.end(),
                        [](const Node& node) { return node.as<T>() != nullptr; });
}

// Runs both graphs on the same random inputs. Empty if all outputs have equal names, types and
// shapes and equal values (`tolerance` relative to the largest value of the tensor), and if every
// Origin that both graphs have gives equal values, else the first difference.
[[nodiscard]] std::string difference(const Graph& before, const Graph& after,
                                     float tolerance = 1e-5F, std::uint64_t seed = 1);

// Runs `pass` on `graph`; empty if the graph was well formed before, is well formed after, means
// the same, and does not change when the pass runs again, else what is wrong.
[[nodiscard]] std::string apply(const std::function<void(Graph&)>& pass, Graph& graph,
                                float tolerance = 1e-5F);

}  // namespace spindle::testing
