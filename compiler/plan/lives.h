// When each value of the arena is there, step by step.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle {

// What a cascade finds whole in the arena, so that it need not be looked for among all values for
// each cascade that is tried: that would take time with the square of their number. What nobody
// reads lies there until its step or, given by the caller, the first.
struct Lives {
  Lives(const StepGraph& graph, const ValueUses& uses);
  std::vector<std::vector<ValueId>> ending;  // by step: those whose last step it is, ascending
  std::vector<std::int64_t> bytes_before;    // by step: of those there before it that it or a later
                                             // one needs, each aligned as buffers are
};

}  // namespace spindle
