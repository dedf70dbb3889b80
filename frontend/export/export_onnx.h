// Writes a Graph as an ONNX file: the counterpart of the importer.
#pragma once

#include <map>
#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

struct ExportOptions {
  std::string producer_version;                 // of Spindle
  std::map<std::string, std::string> metadata;  // metadata_props of the model
};

// The bytes of an ONNX model (opset 13, or the first one that has every operator needed) that
// computes what `graph` does, with the inputs and outputs of its ports. Images are NCHW in the
// file, with a Transpose where a port holds them otherwise. Tensors keep their ONNX names as far as
// the graph remembers them. An activation that an operator carries becomes a Relu or Clip behind
// it. Equal graphs give equal bytes.
//
// The graph is one of float operators, with Quantize and Dequantize between them at most. Operators
// that only lowering makes (Table, Requantize, PartialSum, RequantizeSum) and Detect have no ONNX
// form: an internal error.
[[nodiscard]] std::string export_onnx(const Graph& graph, const ExportOptions& options);

}  // namespace spindle
