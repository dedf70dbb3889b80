// Producers and users of tensors while a pass changes them.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Like Uses, but a pass reports its changes to it instead of building Uses anew after each one,
// which would take time quadratic in the number of nodes. Nodes must keep their indices meanwhile.
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
  // The nodes `nodes` read `id`, which may be new to the graph. There is one entry for each input
  // that reads it.
  void set_users(TensorId id, std::vector<int> nodes);
  // Node `to` now reads `id` wherever node `from` did.
  void replace_user(TensorId id, int from, int to);

 private:
  void make_room(TensorId id);

  const Graph& graph_;
  std::vector<int> producer_;
  std::vector<std::vector<int>> users_;  // ascending
};

}  // namespace spindle
