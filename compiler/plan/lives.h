// When each value of the arena exists, step by step.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

// The values that live across steps, computed once per graph. Without this, each cascade that is
// tried would search all values, which takes quadratic time. A value that nobody reads lives until
// the step that writes it or, if the caller provides it, until step 0.
struct Lives {
  Lives(const StepGraph& graph, const ValueUses& uses);
  IdVector<StepId, std::vector<ValueId>> ending;  // values that the step is the last to use,
                                                  // ascending
  // By step, and one entry after the last step: bytes of the values that exist before it and that
  // it or a later step needs, each rounded up to kArenaAlign.
  IdVector<StepId, std::int64_t> bytes_before;
};

}  // namespace spindle
