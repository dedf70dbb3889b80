// The contents of `inspect`: layers, shapes, MACs and parameters of a canonical graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

struct LayerSummary {
  std::string name;  // layer_name(): the ONNX name of its output, if it has one
  std::string op;
  std::string type;  // element type of the output
  Shape shape;       // of the output, NHWC for images
  std::int64_t macs = 0;
  std::int64_t parameters = 0;
  std::string block;  // inverted residual it belongs to, with its role: "block_3_expand"; or empty
};

struct ModelSummary {
  std::int64_t macs = 0;
  std::int64_t parameters = 0;       // weights and biases of convolutions and dense layers
  std::int64_t parameter_bytes = 0;  // as stored in the model
  IdVector<NodeId, LayerSummary> layers;
};

[[nodiscard]] ModelSummary summarize(const Graph& graph);

[[nodiscard]] std::string inspect_text(const Graph& graph);
[[nodiscard]] std::string inspect_json(const Graph& graph);

}  // namespace spindle
