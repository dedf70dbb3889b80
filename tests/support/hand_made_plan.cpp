#include "tests/support/hand_made_plan.h"

#include <fmt/format.h>

#include "tests/support/step_builder.h"

namespace spindle::testing {

Plan hand_made(const StepGraph& graph, const std::vector<int>& ends) {
  Plan plan;
  plan.unfused = graph;
  plan.steps = planned(graph);
  plan.buffer_of.resize(graph.values.size());
  plan.scratch_of.resize(graph.steps.size());
  PlannedStepId first(0);
  for (const int position : ends) {
    const PlannedStepId end(position);
    plan.cascades.push_back({fmt::format("steps before {}", position), first, end});
    first = end;
  }
  return plan;
}

BufferId put(Plan& plan, ValueId value, std::int64_t rows, std::int64_t offset) {
  const Value& self = plan.steps.value(value);
  const BufferId id = plan.buffers.push_back({.name = self.name,
                                              .value = value,
                                              .rows = rows,
                                              .bytes = rows * self.row_bytes,
                                              .offset = offset});
  plan.buffer_of[value] = id;
  return id;
}

BufferId put_scratch(Plan& plan, PlannedStepId step, std::int64_t offset) {
  const BufferId id = plan.buffers.push_back({.name = "scratch",
                                              .kind = BufferKind::kScratch,
                                              .bytes = plan.steps.step(step).scratch_bytes,
                                              .offset = offset});
  plan.scratch_of[step] = id;
  return id;
}

}  // namespace spindle::testing
