#include "compiler/quantize/observed_network.h"

#include <utility>

#include "compiler/execute/execute.h"
#include "compiler/target/target.h"

namespace spindle {

std::optional<ObservedNetwork> ObservedNetwork::compile(const Graph& graph,
                                                        std::vector<TensorId> observed,
                                                        Diagnostics& diagnostics) {
  Graph copy = graph;
  copy.outputs = observed;
  copy.output_ports.clear();
  for (std::size_t i = 0; i < copy.inputs.size(); ++i) {
    // With ports for outputs there must be some for inputs.
    if (copy.input_ports.size() < copy.inputs.size()) {
      copy.input_ports.push_back(graph.input_port(i));
    }
  }
  for (const TensorId id : observed) {
    copy.output_ports.push_back({copy.tensor(id).name, copy.tensor(id).shape});
  }
  const Target* host = find_target("host");
  check_internal(host != nullptr, "there is no target for this machine");
  std::optional<Compilation> compilation =
      compile_graph(std::move(copy), *host, CompilationOptions{}, diagnostics);
  if (!compilation) return std::nullopt;
  ObservedNetwork network;
  network.observed_ = std::move(observed);
  network.compilation_ = std::make_shared<const Compilation>(std::move(*compilation));
  return network;
}

std::vector<std::vector<std::byte>> ObservedNetwork::run(
    std::span<const ConstantPtr> inputs) const {
  std::vector<std::vector<std::byte>> bytes;
  for (const ConstantPtr& input : inputs) {
    bytes.emplace_back(input->bytes().begin(), input->bytes().end());
  }
  return execute(compilation_->program, bytes).outputs;
}

}  // namespace spindle
