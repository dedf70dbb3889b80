// The memory and the extra work of one cascade.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/lives.h"
#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"
#include "compiler/support/id.h"

namespace spindle {

// The cascade may write the whole value `out` over the whole value `in`, which is read for the last
// time in this cascade, if offset(in) - offset(out) >= gap (in bytes).
struct Overlay {
  ValueId in, out;
  std::int64_t gap = 0;
};

// A graph, and what is computed about it once.
struct AnalyzedGraph {
  const StepGraph& graph;
  const ValueUses& uses;
  const Lives& lives;
};

// What steps [first, end) need while they run as one cascade.
struct CascadeCost {
  std::int64_t bytes = 0;  // rings, scratch and all boundary values alive, less overlays
  std::int64_t extra_macs = 0;
  IdVector<PlannedStepId, PlannedStep> steps;  // those of this cascade only
  IdVector<PlannedStepId, std::int64_t> ring;  // rows of the step's output that are kept
  std::vector<Overlay> overlays;               // each value is in one of them at most
};
[[nodiscard]] CascadeCost cascade_cost(const AnalyzedGraph& analyzed, StepId first, StepId end,
                                       const std::vector<Patch>& patches = {},
                                       const Width& width = {});
// The same, but computes the Lives itself. To cost many cascades, compute the Lives once instead.
[[nodiscard]] CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first,
                                       StepId end, const std::vector<Patch>& patches = {},
                                       const Width& width = {});

}  // namespace spindle
