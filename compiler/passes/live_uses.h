// Producers and users of tensors while a pass changes them.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// As Uses, but it follows the changes that a pass tells it. A pass that builds Uses anew after each
// of its changes takes time with the square of the nodes. Nodes must keep their indices meanwhile.
class LiveUses {
 public:
  explicit LiveUses(const Graph& graph);

  [[nodiscard]] int producer(TensorId id) const {
    return producer_.at(static_cast<std::size_t>(id));
  }
  [[nodiscard]] const std::vector<int>& users(TensorId id) const {
    return users_.at(static_cast<std::size_t>(id));
  }
  // As Uses::single_use.
  [[nodiscard]] bool single_use(TensorId id) const;

  // Node `node` writes `id`, which may be new to the graph.
  void set_producer(TensorId id, int node);
  // These nodes read `id`, which may be new to the graph; one entry for each input that does.
  void set_users(TensorId id, std::vector<int> nodes);
  // What node `from` read of `id`, node `to` reads.
  void replace_user(TensorId id, int from, int to);

 private:
  void make_room(TensorId id);

  const Graph& graph_;
  std::vector<int> producer_;
  std::vector<std::vector<int>> users_;  // ascending
};

}  // namespace spindle
