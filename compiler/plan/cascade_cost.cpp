#include "compiler/plan/cascade_cost.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/plan/place.h"
#include "compiler/plan/simulate.h"

namespace spindle {
namespace {

struct Boundary {
  std::vector<ValueId> through, ins, outs;
};

Boundary boundary_of(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end) {
  Boundary result;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    const bool given = graph.values[i].given;
    if (graph.values[i].storage != Storage::kArena || (uses.producer[i] < 0 && !given)) continue;
    const StepId born = uses.producer[i];
    const StepId last = std::max(uses.last(id), 0);  // what nobody reads still lies there at first
    if (born < first) {
      if (last >= end) {
        result.through.push_back(id);
      } else if (last >= first) {
        result.ins.push_back(id);
      }
    } else if (born < end && last >= end) {
      result.outs.push_back(id);
    }
  }
  return result;
}

// Bytes that `in` and `out` occupy together when out lies at `gap` below in or more.
std::int64_t span_of(std::int64_t in_bytes, std::int64_t out_bytes, std::int64_t gap) {
  const std::int64_t d = align_up(std::max<std::int64_t>(gap, 0));
  return std::max(out_bytes, d + in_bytes);
}

// The cascade alone: its joined steps, with the values that leave it marked as read later.
struct Alone {
  StepGraph graph;
  ValueUses uses;
};

Alone alone(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
            const std::vector<Patch>& patches, const Width& width) {
  StepGraph self;
  self.values = graph.values;
  self.steps = fuse_columns(graph, uses, first, end, patches, width);
  ValueUses self_uses(self);
  for (const Step& step : self.steps) {
    const auto value = static_cast<std::size_t>(step.output);
    if (uses.last(step.output) >= end) {
      self_uses.readers[value].push_back(std::numeric_limits<StepId>::max());
    }
  }
  return {std::move(self), std::move(self_uses)};
}

}  // namespace

CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
                         const std::vector<Patch>& patches, const Width& width) {
  CascadeCost cost;
  Alone self = alone(graph, uses, first, end, patches, width);
  const auto count = static_cast<StepId>(self.graph.steps.size());
  cost.ring = ring_rows(self.graph, self.uses, 0, count).ring;
  std::int64_t scratch = 0;
  for (StepId step = 0; step < count; ++step) {
    const ValueId output = self.graph.step(step).output;
    const Value& value = self.graph.value(output);
    scratch = std::max(scratch, self.graph.step(step).scratch_bytes);
    cost.extra_macs += self.graph.step(step).extra_macs;
    if (value.storage != Storage::kArena || uses.last(output) >= end) continue;
    cost.bytes += align_up(cost.ring[static_cast<std::size_t>(step)] * value.row_bytes);
  }
  cost.bytes += align_up(scratch);

  const Boundary boundary = boundary_of(graph, uses, first, end);
  const auto bytes = [&](ValueId id) { return align_up(graph.value(id).bytes()); };
  for (ValueId id : boundary.through) cost.bytes += bytes(id);
  for (ValueId id : boundary.ins) cost.bytes += bytes(id);
  for (ValueId id : boundary.outs) cost.bytes += bytes(id);

  // Pair inputs that end here with outputs, largest saving first.
  struct Candidate {
    Overlay overlay;
    std::int64_t saving;
  };
  std::vector<Candidate> candidates;
  for (ValueId in : boundary.ins) {
    for (ValueId out : boundary.outs) {
      const std::int64_t gap = overlay_gap(self.graph, self.uses, 0, count, in, out);
      const std::int64_t saving = bytes(in) + bytes(out) - span_of(bytes(in), bytes(out), gap);
      if (saving > 0) candidates.push_back({{in, out, gap}, saving});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.saving > b.saving; });
  for (const Candidate& candidate : candidates) {
    const bool taken =
        std::any_of(cost.overlays.begin(), cost.overlays.end(), [&](const Overlay& other) {
          return other.in == candidate.overlay.in || other.out == candidate.overlay.out;
        });
    if (taken) continue;
    cost.overlays.push_back(candidate.overlay);
    cost.bytes -= candidate.saving;
  }
  cost.steps = std::move(self.graph.steps);
  return cost;
}

}  // namespace spindle
