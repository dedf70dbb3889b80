// Which steps can be joined, so that what passes between them exists as a tile only.
#pragma once

#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// The input through which `reader` reads the value; nullptr unless there is exactly one.
[[nodiscard]] const StepInput* only_read(const Step& reader, ValueId value);

// Whether the input is read column by column, or in windows of columns, and its columns are those
// that `maker` computes.
[[nodiscard]] bool divides_as_made(const StepGraph& graph, const StepInput& input,
                                   const Step& maker);

// Whether the step's output may exist as a tile only, in a cascade that ends before step `end`, as
// far as this does not depend on how its reader reads it.
[[nodiscard]] bool can_be_tile(const StepGraph& graph, const ValueUses& uses, StepId step,
                               StepId end);

// The step that reads the output of `step`, if it could read it from a tile, pointwise or by a
// window that moves evenly; none if it could not. The cascade ends before step `end`.
[[nodiscard]] StepId window_reader(const StepGraph& graph, const ValueUses& uses, StepId step,
                                   StepId end);

// The steps in [first, last) at which a patch that ends in `last` may begin, nearest first. Each
// value between the steps of such a patch is read by exactly one step, over a window or column by
// column.
[[nodiscard]] std::vector<StepId> patch_starts(const StepGraph& graph, const ValueUses& uses,
                                               StepId first, StepId last);

}  // namespace spindle
