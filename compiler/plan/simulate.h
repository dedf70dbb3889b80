// Runs the row schedule of a cascade in the compiler, to learn how many rows each ring must keep
// and how closely an output may follow behind the input it overlays.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// Called for each call of a step in schedule order, when its inputs are there and its rows, `row`
// and those of its band after it, are about to be written. `done` is how many rows each step of the
// cascade has computed before (by StepId minus `first`).
using RowObserver =
    std::function<void(StepId step, std::int64_t row, const std::vector<std::int64_t>& done)>;

// The pull schedule of steps [first, end): the last step asks for its rows in order, each step
// first pulls the rows it needs from the producers inside, input by input. Steps that are not
// pulled to their end then run to it, in order. This is what the generated code does.
void walk_rows(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
               const RowObserver& observer);

// Whether a step of [first, end) asks for the last row of `step`, which is one of them.
[[nodiscard]] bool pulled_to_the_end(const StepGraph& graph, const ValueUses& uses, StepId end,
                                     StepId step);

struct CascadeRows {
  // Rows each step's output must keep, by StepId minus `first`: all if it is read outside of the
  // cascade, or as many as are alive together; more if a band of flat steps would not be
  // contiguous.
  std::vector<std::int64_t> ring;
  // For each of `ins`, one after the other, the overlay_gap of each of `outs`.
  std::vector<std::int64_t> gaps;
};
[[nodiscard]] CascadeRows ring_rows(const StepGraph& graph, const ValueUses& uses, StepId first,
                                    StepId end, const std::vector<ValueId>& ins = {},
                                    const std::vector<ValueId>& outs = {});

// The least gap d = offset(in) - offset(out), possibly negative, at which whole value `out` can be
// written by the cascade over whole value `in` that it reads: no byte is overwritten before its
// last read; kNoGap if nothing of `in` is read after `out` is begun. Both must be arena values,
// `in` not read after the cascade.
[[nodiscard]] std::int64_t overlay_gap(const StepGraph& graph, const ValueUses& uses, StepId first,
                                       StepId end, ValueId in, ValueId out);

}  // namespace spindle
