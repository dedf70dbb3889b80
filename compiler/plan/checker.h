// Proves a plan: simulates its schedule row by row on a shadow of the arena.
#pragma once

#include <string>

#include "compiler/plan/plan.h"

namespace spindle {

// Returns an empty string if the plan is right, else the first fault found. Shares no code with the
// planner. Checks that
//
// - every byte that a step reads was last written by the right row of the right value,
// - a call overwrites its own input only where the step allows it (StepInput::in_place),
// - no row of a ring is overwritten while it is still needed,
// - rows that a kernel reads or writes in one piece are contiguous,
// - every step computes all of its rows,
// - every buffer lies inside the arena of its region, and no arena is larger than its region.
[[nodiscard]] std::string check_plan(const Plan& plan);

}  // namespace spindle
