// Proves the tiles of joined steps, as a part of the plan checker.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"

namespace spindle {

// Runs the members of `step`, pixel by pixel on a shadow of its scratch, for the call that computes
// its rows [y, last]. Returns an empty string if every pixel that a member reads from a tile is
// there, else the first fault found. `unfused` holds the members' steps.
[[nodiscard]] std::string check_tiles(const StepGraph& unfused, const PlannedStep& step,
                                      std::int64_t y, std::int64_t last);

}  // namespace spindle
