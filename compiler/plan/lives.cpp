#include "compiler/plan/lives.h"

#include <algorithm>

#include "compiler/plan/place.h"

namespace spindle {

Lives::Lives(const StepGraph& graph, const ValueUses& uses) : ending(graph.steps.size()) {
  IdVector<StepId, std::int64_t> change(graph.steps.size() + 2, 0);
  for (const ValueId id : graph.values.ids()) {
    const Value& value = graph.value(id);
    const StepId born = uses.producer[id];
    if (value.storage != Storage::kArena || (!born && !value.given) || graph.steps.empty()) {
      continue;
    }
    const StepId end = std::max(uses.last(id), StepId(0));
    ending[end].push_back(id);
    change[born + 1] += align_up(value.bytes());
    change[end + 1] -= align_up(value.bytes());
  }
  std::int64_t bytes = 0;
  for (StepId step(0); step <= graph.steps.end_id(); ++step) {
    bytes += change[step];
    bytes_before.push_back(bytes);
  }
}

}  // namespace spindle
