// Producers and users of tensors while a pass changes them.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Like Uses, but a pass reports its changes to it instead of building Uses anew after each one,
// which would take time quadratic in the number of nodes. Nodes must keep their ids meanwhile.
class LiveUses {
 public:
  explicit LiveUses(const Graph& graph);

  [[nodiscard]] NodeId producer(TensorId id) const { return producer_[id]; }
  [[nodiscard]] const std::vector<NodeId>& users(TensorId id) const { return users_[id]; }
  // As Uses::single_use.
  [[nodiscard]] bool single_use(TensorId id) const;

  // Node `node` writes `id`, which may be new to the graph.
  void set_producer(TensorId id, NodeId node);
  // The nodes `nodes` read `id`, which may be new to the graph. There is one entry for each input
  // that reads it.
  void set_users(TensorId id, std::vector<NodeId> nodes);
  // Node `to` now reads `id` wherever node `from` did.
  void replace_user(TensorId id, NodeId from, NodeId to);

 private:
  void make_room(TensorId id);

  const Graph& graph_;
  IdVector<TensorId, NodeId> producer_;
  IdVector<TensorId, std::vector<NodeId>> users_;  // ascending
};

}  // namespace spindle
