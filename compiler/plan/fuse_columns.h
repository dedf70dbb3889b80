// Joins steps that can work on a few columns at a time.
#pragma once

#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// Steps [first, end) of `graph`, as one cascade, with chains joined into one step each: where a
// value is read by one step only, column by column, its row need not exist, just a tile of it.
//
//   depthwise -> [112 x 96 row] -> project -> [112 x 24 row] -> add
//     becomes one step: for each tile of 8 columns: depthwise, project, add
//
// A joined step has the inputs from outside of all its members (in order of members), the output
// of the last, and scratch for the tiles. Inputs of members other than the last lose `in_place`:
// their columns and the output's are not the same memory at the same time. Values leave the cascade
// if a step outside of it reads them; those are never joined away.
[[nodiscard]] std::vector<Step> fuse_columns(const StepGraph& graph, const ValueUses& uses,
                                             StepId first, StepId end);

// Columns of a tile: at most 8, rows divided evenly.
[[nodiscard]] std::int64_t tile_columns(std::int64_t columns);

}  // namespace spindle
