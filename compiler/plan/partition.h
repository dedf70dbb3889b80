// Divides the steps into cascades.
#pragma once

#include <cstdint>
#include <vector>

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
  std::int64_t bytes = 0;          // rings, scratch and every boundary value alive meanwhile
  std::vector<Step> steps;         // joined by columns
  std::vector<std::int64_t> ring;  // rows that the output of each of them keeps
  std::vector<Overlay> overlays;   // at most one per value
};
[[nodiscard]] CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first,
                                       StepId end);

// Places at which a cascade may end (StepIds, ascending, 0 and the step count included): never
// inside an inverted residual, between the stem and the first of them, between a reduction and the
// rows it sums up, or between vectors (so that the head is one cascade).
[[nodiscard]] std::vector<StepId> cut_points(const StepGraph& graph);

// Ends of the cascades (ascending StepIds, last is the step count) of the partition with the least
// peak; among those, the one with the most cascades, so that no cascade is longer than it need be.
//
// The peak of a partition is the largest cascade_cost of its cascades, and that cost depends on
// the cascade's own ends only: which values are alive is decided by step order, not by other cuts.
// So best(j) = min over i of max(best(i), cost(i, j)) is exact.
[[nodiscard]] std::vector<StepId> partition(const StepGraph& graph, const ValueUses& uses);

}  // namespace spindle
