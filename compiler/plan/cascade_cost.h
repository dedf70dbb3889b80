// What a cascade needs.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/lives.h"
#include "compiler/plan/steps.h"

namespace spindle {

// A whole value that a cascade may write over a whole value it reads, and the least gap
// offset(in) - offset(out) that this needs.
struct Overlay {
  ValueId in = -1;
  ValueId out = -1;
  std::int64_t gap = 0;
};

// What steps [first, end) need while they run as one cascade.
struct CascadeCost {
  std::int64_t bytes = 0;  // rings, scratch and every boundary value alive meanwhile
  std::int64_t extra_macs = 0;
  std::vector<Step> steps;         // joined by columns
  std::vector<std::int64_t> ring;  // rows that the output of each of them keeps
  std::vector<Overlay> overlays;   // at most one per value
};
[[nodiscard]] CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses,
                                       const Lives& lives, StepId first, StepId end,
                                       const std::vector<Patch>& patches = {},
                                       const Width& width = {});
// Of one cascade: for more of them the lives are better found once.
[[nodiscard]] CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first,
                                       StepId end, const std::vector<Patch>& patches = {},
                                       const Width& width = {});

}  // namespace spindle
