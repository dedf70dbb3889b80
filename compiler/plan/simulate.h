// Simulates the row schedule of a cascade, to find how many rows each ring must keep and how
// closely an output may follow the input that it overlays.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

// Called before each call of a step, in the order of the schedule, when its inputs exist. The call
// is about to write row `row` and the other rows of its band. `done` says how many rows each
// step of the cascade has computed before.
using RowObserver = std::function<void(PlannedStepId step, std::int64_t row,
                                       const IdVector<PlannedStepId, std::int64_t>& done)>;

// Runs the pull schedule of steps [first, end), exactly as the generated code does: the last step
// asks for its rows in order, and each step first pulls the rows that it needs from the producers
// in the cascade, input by input. Steps that nobody pulls to their last row then run to their end,
// in order.
void walk_rows(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
               PlannedStepId end, const RowObserver& observer);

// Whether a reader of `step` before step `end` asks for its last row. `step` is in the same
// cascade, which ends at `end`.
[[nodiscard]] bool pulled_to_the_end(const PlannedGraph& graph, const PlannedUses& uses,
                                     PlannedStepId end, PlannedStepId step);

struct CascadeRows {
  // Rows that each step's output must keep, for the steps of the cascade. All rows if the output is
  // read outside of the cascade; else as many as are needed together, or more so that the bands of
  // flat steps are contiguous.
  IdVector<PlannedStepId, std::int64_t> ring;
  // For each of `ins`, and within it for each of `outs`: the overlay_gap of the pair.
  std::vector<std::int64_t> gaps;
};
[[nodiscard]] CascadeRows ring_rows(const PlannedGraph& graph, const PlannedUses& uses,
                                    PlannedStepId first, PlannedStepId end,
                                    const std::vector<ValueId>& ins = {},
                                    const std::vector<ValueId>& outs = {});

// The least gap = offset(in) - offset(out), in bytes and possibly negative, at which the cascade
// can write the whole value `out` over the whole value `in` so that no byte is overwritten before
// its last read. kNoGap if nothing of `in` is read after `out` is begun. Both must be arena values,
// and `in` must not be read after the cascade.
[[nodiscard]] std::int64_t overlay_gap(const PlannedGraph& graph, const PlannedUses& uses,
                                       PlannedStepId first, PlannedStepId end, ValueId in,
                                       ValueId out);

}  // namespace spindle
