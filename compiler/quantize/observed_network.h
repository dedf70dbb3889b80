// A graph compiled for this machine so that its tensors can be seen.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "compiler/compile/compilation.h"
#include "compiler/ir/diagnostics.h"
#include "compiler/ir/graph.h"

namespace spindle {

class ObservedNetwork {
 public:
  // Compiles `graph` with the tensors `observed` as its only outputs; each must be written by a
  // node. Returns nothing, and reports why, if the graph cannot be compiled.
  [[nodiscard]] static std::optional<ObservedNetwork> compile(const Graph& graph,
                                                              std::vector<TensorId> observed,
                                                              Diagnostics& diagnostics);

  // Runs the network on the graph's inputs. Returns the values of each observed tensor, in its own
  // type and shape. May be called by several threads at once.
  [[nodiscard]] std::vector<std::vector<std::byte>> run(std::span<const ConstantPtr> inputs) const;

  [[nodiscard]] const std::vector<TensorId>& observed() const { return observed_; }

 private:
  std::vector<TensorId> observed_;
  std::shared_ptr<const Compilation> compilation_;
};

// The elements of an observed float tensor.
[[nodiscard]] inline std::span<const float> floats_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
}

}  // namespace spindle
