// Runs the float network on the user's pictures and collects what the choice of scales needs.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"
#include "compiler/quantize/histogram.h"
#include "compiler/quantize/window_sums.h"

namespace spindle {

// The inputs to calibrate with.
struct CalibrationData {
  std::size_t count = 0;
  // The inputs of sample `index`, in the types and shapes of the graph's inputs. Returns nothing,
  // and reports why, if they cannot be read. Is called by several threads at once, each with
  // diagnostics of its own.
  std::function<std::optional<std::vector<ConstantPtr>>(std::size_t index, Diagnostics&)> sample;
};

// Adds the messages of one thread to those of the command, in their order.
void add_messages(const Diagnostics& from, Diagnostics& to);

struct Statistics {
  std::map<TensorId, Histogram> values;  // of float tensors computed at run time
  std::map<NodeId, WindowSums> windows;  // of the inputs of Conv and Dense
};

// What is collected.
struct CalibrationWish {
  std::vector<TensorId> tensors;  // written by nodes, or graph inputs
  std::vector<NodeId> nodes;      // Conv and Dense whose inputs are among `tensors`
  bool values = true;             // collect histograms
  // If not null, values are rounded to the codes of these Quants, one for each of `tensors`, before
  // they are added to the sums of windows. The network itself still computes with all its bits.
  const std::map<TensorId, Quant>* rounded = nullptr;
  DType rounded_to = DType::kI8;
};

// Needs the same memory for any number of samples, and gives the same result for any number of
// threads. Reports what `sample` reports, and E0452 if a value is not finite.
[[nodiscard]] std::optional<Statistics> calibrate(const Graph& graph, const CalibrationWish& wish,
                                                  const CalibrationData& data,
                                                  Diagnostics& diagnostics);

}  // namespace spindle
