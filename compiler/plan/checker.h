// Proves a plan: simulates its schedule row by row on a shadow of the arena.
#pragma once

#include <string>

#include "compiler/plan/plan.h"

namespace spindle {

// Empty if the plan is right, else what is wrong first. Shares no code with the planner. Checks
// that every byte a step reads was last written by the right row of the right value, that a call
// never writes what it reads except where the step allows it in place, that rings are not overrun,
// that rows given by address are contiguous, that every step computes all of its rows, that
// nothing lies outside of the arena of its region, and that no arena is larger than its region.
[[nodiscard]] std::string check_plan(const Plan& plan);

}  // namespace spindle
