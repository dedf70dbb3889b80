#include "compiler/plan/lives.h"

#include <algorithm>

#include "compiler/plan/place.h"

namespace spindle {

Lives::Lives(const StepGraph& graph, const ValueUses& uses) : ending(graph.steps.size()) {
  std::vector<std::int64_t> change(graph.steps.size() + 2, 0);
  for (std::size_t i = 0; i < graph.values.size() && !graph.steps.empty(); ++i) {
    const Value& value = graph.values[i];
    const StepId born = uses.producer[i];
    if (value.storage != Storage::kArena || (born < 0 && !value.given)) continue;
    const StepId end = std::max(uses.last(static_cast<ValueId>(i)), 0);
    ending[static_cast<std::size_t>(end)].push_back(static_cast<ValueId>(i));
    change[static_cast<std::size_t>(born + 1)] += align_up(value.bytes());
    change[static_cast<std::size_t>(end) + 1] -= align_up(value.bytes());
  }
  std::int64_t bytes = 0;
  for (std::size_t step = 0; step <= graph.steps.size(); ++step) {
    bytes += change[step];
    bytes_before.push_back(bytes);
  }
}

}  // namespace spindle
