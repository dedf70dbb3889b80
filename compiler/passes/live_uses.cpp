#include "compiler/passes/live_uses.h"

#include <algorithm>
#include <utility>

namespace spindle {

LiveUses::LiveUses(const Graph& graph) : graph_(graph) {
  const Uses uses(graph);
  for (const TensorId id : graph.tensors.ids()) {
    producer_.push_back(uses.producer(id));
    users_.push_back(uses.users(id));
  }
}

bool LiveUses::single_use(TensorId id) const {
  return users(id).size() == 1 && !graph_.is_output(id);
}

void LiveUses::set_producer(TensorId id, NodeId node) {
  make_room(id);
  producer_[id] = node;
}

void LiveUses::set_users(TensorId id, std::vector<NodeId> nodes) {
  make_room(id);
  std::sort(nodes.begin(), nodes.end());
  users_[id] = std::move(nodes);
}

void LiveUses::replace_user(TensorId id, NodeId from, NodeId to) {
  std::vector<NodeId>& list = users_[id];
  std::replace(list.begin(), list.end(), from, to);
  std::sort(list.begin(), list.end());
}

void LiveUses::make_room(TensorId id) {
  if (producer_.contains(id)) return;
  producer_.resize(id.index() + 1);
  users_.resize(id.index() + 1);
}

}  // namespace spindle
