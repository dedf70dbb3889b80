#include "compiler/run/results.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "compiler/ir/diagnostics.h"
#include "compiler/reference/interpreter.h"

namespace spindle {

ConstantPtr to_tensor(const ProgramIo& io, const std::vector<std::byte>& bytes) {
  return std::make_shared<const Constant>(io.type, io.shape, bytes);
}

std::vector<ConstantPtr> as_graph_inputs(const Graph& graph,
                                         const std::vector<ConstantPtr>& inputs) {
  std::vector<ConstantPtr> shaped;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& t = graph.tensor(graph.inputs[i]);
    const auto bytes = inputs[i]->bytes();
    shaped.push_back(std::make_shared<const Constant>(
        t.type, t.shape, std::vector<std::byte>(bytes.begin(), bytes.end())));
  }
  return shaped;
}

std::vector<ConstantPtr> reference_outputs(const Graph& graph,
                                           const std::vector<ConstantPtr>& inputs) {
  std::vector<ConstantPtr> outputs = interpret(graph, as_graph_inputs(graph, inputs));
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto bytes = outputs[i]->bytes();
    outputs[i] =
        std::make_shared<const Constant>(outputs[i]->type(), graph.output_port(i).shape,
                                         std::vector<std::byte>(bytes.begin(), bytes.end()));
  }
  return outputs;
}

void compare(const Constant& a, const Constant& b, Difference& difference) {
  check_internal(a.size() == b.size(), "compared tensors differ in size");
  double magnitude = 0;
  double largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) {
    const double x = a.as_double(i);
    const double y = b.as_double(i);
    magnitude = std::max({magnitude, std::abs(x), std::abs(y)});
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ++difference.different;
    largest = std::max(largest, std::isnan(x - y) ? HUGE_VAL : std::abs(x - y));
  }
  difference.values += a.size();
  difference.largest = std::max(difference.largest, largest);
  if (magnitude > 0) {
    difference.largest_relative = std::max(difference.largest_relative, largest / magnitude);
  }
}

}  // namespace spindle
