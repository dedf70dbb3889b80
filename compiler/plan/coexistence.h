// What no plan can avoid: tensors that must exist whole at the same time.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// The moment at which `step` has read all of its input, and what is kept then.
struct Coexistence {
  StepId step = -1;             // -1 if no tensors must coexist
  std::vector<ValueId> values;  // kept whole, ascending
  std::int64_t bytes = 0;       // of these and of a row of the step's output
};

// The most that must coexist, over all steps that need the whole of an input (a mean, for
// instance): whatever was computed for such a step, and is also needed by what comes after it, must
// be kept, or else something computed from it. Of the tensors that would do, those with the fewest
// bytes count (a minimum cut). So every plan that computes nothing twice has at least these bytes
// in its arenas, whatever its cascades, tiles and rings. Bytes outside of the arena count nothing.
// The steps are those before any are joined.
[[nodiscard]] Coexistence largest_coexistence(const StepGraph& graph);

}  // namespace spindle
