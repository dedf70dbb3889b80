#include "compiler/passes/live_uses.h"

#include <algorithm>
#include <utility>

namespace spindle {

LiveUses::LiveUses(const Graph& graph) : graph_(graph) {
  const Uses uses(graph);
  for (TensorId id = 0; id < static_cast<TensorId>(graph.tensors.size()); ++id) {
    producer_.push_back(uses.producer(id));
    users_.push_back(uses.users(id));
  }
}

bool LiveUses::single_use(TensorId id) const {
  return users(id).size() == 1 && !graph_.is_output(id);
}

void LiveUses::set_producer(TensorId id, int node) {
  make_room(id);
  producer_[static_cast<std::size_t>(id)] = node;
}

void LiveUses::set_users(TensorId id, std::vector<int> nodes) {
  make_room(id);
  std::sort(nodes.begin(), nodes.end());
  users_[static_cast<std::size_t>(id)] = std::move(nodes);
}

void LiveUses::replace_user(TensorId id, int from, int to) {
  std::vector<int>& list = users_.at(static_cast<std::size_t>(id));
  std::replace(list.begin(), list.end(), from, to);
  std::sort(list.begin(), list.end());
}

void LiveUses::make_room(TensorId id) {
  const auto size = static_cast<std::size_t>(id) + 1;
  if (producer_.size() >= size) return;
  producer_.resize(size, -1);
  users_.resize(size);
}

}  // namespace spindle
