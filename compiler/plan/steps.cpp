#include "compiler/plan/steps.h"

#include <algorithm>

#include "compiler/plan/place.h"

namespace spindle {

std::int64_t Step::tiles_bytes() const {
  std::int64_t bytes = 0;
  for (const Member& member : members) {
    bytes = std::max(bytes, align_up(member.tile_offset + member.tile_bytes));
  }
  return bytes;
}

ValueUses::ValueUses(const StepGraph& graph)
    : producer(graph.values.size(), -1), readers(graph.values.size()) {
  for (std::size_t i = 0; i < graph.steps.size(); ++i) {
    const Step& step = graph.steps[i];
    const auto id = static_cast<StepId>(i);
    producer[static_cast<std::size_t>(step.output)] = id;
    for (const StepInput& input : step.inputs) {
      auto& list = readers[static_cast<std::size_t>(input.value)];
      if (list.empty() || list.back() != id) list.push_back(id);
    }
  }
}

StepId ValueUses::last(ValueId id) const {
  const auto i = static_cast<std::size_t>(id);
  return readers[i].empty() ? producer[i] : std::max(readers[i].back(), producer[i]);
}

}  // namespace spindle
