// Plans that tests put together by hand, for the plan checker.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"

namespace spindle::testing {

// A plan without buffers that runs each step of the graph by itself, in cascades that end before
// the steps at `ends`.
[[nodiscard]] Plan hand_made(const StepGraph& graph, const std::vector<int>& ends);

// Adds a buffer for `rows` rows of the value at `offset`.
BufferId put(Plan& plan, ValueId value, std::int64_t rows, std::int64_t offset);

// Adds a buffer for the scratch of the step at `offset`.
BufferId put_scratch(Plan& plan, PlannedStepId step, std::int64_t offset);

}  // namespace spindle::testing
