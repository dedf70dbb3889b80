// From a float graph to a quantized one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/quantize/calibrate.h"
#include "compiler/quantize/ranges.h"
#include "compiler/quantize/weights.h"

namespace spindle {

struct QuantizeOptions {
  RangeOptions ranges;  // with the type of activations
  WeightOptions weights;
  std::vector<std::string> keep_float;  // names of layers
  bool equalize = true;                 // equalize_channels()
};

// What became of a layer.
struct QuantizedLayer {
  std::string name;       // layer_name()
  std::string op;         // name_of()
  bool in_float = false;  // it is computed in float
  bool weighted = false;  // it has weights
  Quant quant;            // of its output; no scale if that is not quantized
  // Signal to quantization noise of its output, in dB: its power in the float network by that of
  // the difference from it, in a network in which everything is quantized. Nothing if it was not
  // measured; infinite if there is no difference.
  std::optional<double> sqnr;
};

struct QuantizedModel {
  Graph graph;                          // with Quantize and Dequantize; see rewrite()
  std::vector<QuantizedLayer> layers;   // in graph order
  std::vector<QuantizedLayer> outputs;  // of the model: name and sqnr
  int equalized = 0;                    // sets of tensors whose channels were made alike
  std::size_t measured_on = 0;          // samples that the errors were measured on
};

// Quantizes a float graph that has been through simplify(). Reports E0451 if it is quantized
// already, E0452 and what `data` reports (calibrate), E0453 for names of layers that do not exist,
// E0454 if nothing can be quantized, and what compile_graph reports.
[[nodiscard]] std::optional<QuantizedModel> quantize(Graph graph, const CalibrationData& data,
                                                     const QuantizeOptions& options,
                                                     Diagnostics& diagnostics);

}  // namespace spindle
