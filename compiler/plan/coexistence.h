// A lower bound for every plan: tensors that must exist whole at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// The tensors that must exist whole when `step` computes its first row.
struct Coexistence {
  StepId step;                  // none if no tensors must coexist
  std::vector<ValueId> values;  // ascending
  std::int64_t bytes = 0;       // of these values and of one row of the step's output
};

// Returns the largest Coexistence over all steps that need the whole of an input before they can
// compute their first row (a mean, for instance). Data that was computed for such a step and is
// also needed after it must be kept meanwhile, either as it is or as something computed from it.
// The cheapest choice of tensors to keep is a minimum cut. So the arenas of every plan that
// computes nothing twice have at least this many bytes, whatever its cascades, tiles and rings.
//
// Values in the caller's buffers and constants count as 0 bytes. A streamed input counts with all
// of its rows, because each row is gone when the next one is pushed. `graph` holds the steps before
// fuse_columns.
[[nodiscard]] Coexistence largest_coexistence(const StepGraph& graph);

}  // namespace spindle
