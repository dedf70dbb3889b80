// How far tensors of one network are from those of another.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/quantize/calibrate.h"

namespace spindle {

struct TensorPair {
  TensorId in_float = kNoTensor;      // of the float graph; written by a node
  TensorId in_quantized = kNoTensor;  // of the quantized graph; float, written by a node
};

struct GraphPair {
  const Graph& in_float;
  const Graph& in_quantized;
};

// The signal to quantization noise in dB of each pair, over `samples` samples spread evenly over
// the data. Infinite where there is no difference. Reports what `data` and compile_graph report.
[[nodiscard]] std::optional<std::vector<double>> measure_sqnr(const GraphPair& graphs,
                                                              const std::vector<TensorPair>& pairs,
                                                              const CalibrationData& data,
                                                              std::size_t samples,
                                                              Diagnostics& diagnostics);

}  // namespace spindle
