#include "compiler/plan/cascade_cost.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>

#include "compiler/plan/place.h"
#include "compiler/plan/simulate.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

// The whole values that exist while a cascade runs. They are found from the steps of the cascade,
// because searching all values for every cascade that is tried would take quadratic time.
struct Boundary {
  std::int64_t before = 0;         // bytes of all values that exist when it begins, `ins` included
  std::vector<ValueId> ins, outs;  // last read here; made here and read later (both ascending)
};

Boundary boundary_of(const AnalyzedGraph& analyzed, StepId first, StepId end) {
  const auto& [graph, uses, lives] = analyzed;
  Boundary result;
  result.before = lives.bytes_before[first];
  for (StepId step = first; step < end; ++step) {
    for (ValueId id : lives.ending[step]) {
      if (uses.producer[id] < first) result.ins.push_back(id);
    }
    const ValueId output = graph.step(step).output;
    const bool leaves = uses.last(output) >= end;
    if (leaves && graph.value(output).storage == Storage::kArena) result.outs.push_back(output);
  }
  std::sort(result.ins.begin(), result.ins.end());
  std::sort(result.outs.begin(), result.outs.end());
  return result;
}

// Bytes that `in` and `out` occupy together if offset(in) - offset(out) is the least multiple of
// kArenaAlign that is at least `gap` and not negative.
std::int64_t span_of(std::int64_t in_bytes, std::int64_t out_bytes, std::int64_t gap) {
  const std::int64_t d = align_up(std::max<std::int64_t>(gap, 0));
  return std::max(out_bytes, d + in_bytes);
}

// The cascade as a graph of its own: its joined steps, with values numbered from 0. Values that
// leave the cascade are marked as read by a step outside of it, kOutside.
class Alone {
 public:
  // `steps`: those of the cascade, which ends before step `end` of the graph.
  Alone(const AnalyzedGraph& analyzed, StepId end, const Boundary& boundary,
        IdVector<PlannedStepId, PlannedStep> steps)
      : graph_(analyzed.graph) {
    const ValueUses& uses = analyzed.uses;
    self_.steps = std::move(steps);
    for (PlannedStep& step : self_.steps) {
      step.output = number_of(step.output);
      for (StepInput& input : step.inputs) input.value = number_of(input.value);
    }
    for (ValueId id : boundary.ins) ins_.push_back(number_of(id));
    for (ValueId id : boundary.outs) outs_.push_back(number_of(id));
    uses_.emplace(self_);
    for (const PlannedStep& step : self_.steps) {
      if (uses.last(ids_[step.output]) >= end) uses_->readers[step.output].push_back(kOutside);
    }
  }

  [[nodiscard]] CascadeRows rows() const {
    const TimedStage stage(Stage::kSimulation);
    return ring_rows(self_, *uses_, PlannedStepId(0), self_.steps.end_id(), ins_, outs_);
  }

  // The joined steps with their original ValueIds.
  [[nodiscard]] IdVector<PlannedStepId, PlannedStep> steps() && {
    for (PlannedStep& step : self_.steps) {
      step.output = ids_[step.output];
      for (StepInput& input : step.inputs) input.value = ids_[input.value];
    }
    return std::move(self_.steps);
  }

 private:
  static constexpr PlannedStepId kOutside{std::numeric_limits<std::int32_t>::max()};

  ValueId number_of(ValueId id) {
    const auto [found, is_new] = numbers_.try_emplace(id, ids_.end_id());
    if (!is_new) return found->second;
    const Value& value = graph_.value(id);
    ids_.push_back(id);
    Value self;
    self.rows = value.rows;
    self.row_bytes = value.row_bytes;
    self.storage = value.storage;
    self.accumulator = value.accumulator;
    self_.values.push_back(std::move(self));
    return found->second;
  }

  const StepGraph& graph_;
  PlannedGraph self_;
  std::optional<PlannedUses> uses_;
  std::unordered_map<ValueId, ValueId> numbers_;
  IdVector<ValueId, ValueId> ids_;   // original ValueId, by new number
  std::vector<ValueId> ins_, outs_;  // new numbers of Boundary::ins and outs
};

}  // namespace

CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
                         const std::vector<Patch>& patches, const Width& width) {
  return cascade_cost({graph, uses, Lives(graph, uses)}, first, end, patches, width);
}

CascadeCost cascade_cost(const AnalyzedGraph& analyzed, StepId first, StepId end,
                         const std::vector<Patch>& patches, const Width& width) {
  const StepGraph& graph = analyzed.graph;
  const ValueUses& uses = analyzed.uses;
  CascadeCost cost;
  const Boundary boundary = boundary_of(analyzed, first, end);
  Alone self(analyzed, end, boundary, fuse_columns(graph, uses, first, end, patches, width));
  CascadeRows rows = self.rows();
  cost.ring = std::move(rows.ring);
  cost.steps = std::move(self).steps();
  std::int64_t scratch = 0;
  for (const PlannedStepId id : cost.steps.ids()) {
    const PlannedStep& step = cost.steps[id];
    const Value& value = graph.value(step.output);
    scratch = std::max(scratch, step.scratch_bytes);
    cost.extra_macs += step.extra_macs;
    if (value.storage != Storage::kArena || uses.last(step.output) >= end) continue;
    cost.bytes += align_up(cost.ring[id] * value.row_bytes);
  }
  cost.bytes += align_up(scratch) + boundary.before;
  const auto bytes = [&](ValueId id) { return align_up(graph.value(id).bytes()); };
  for (ValueId id : boundary.outs) cost.bytes += bytes(id);

  // Pairs inputs that end here with outputs, largest saving first.
  struct Candidate {
    Overlay overlay;
    std::int64_t saving;
  };
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < boundary.ins.size(); ++i) {
    for (std::size_t o = 0; o < boundary.outs.size(); ++o) {
      const ValueId in = boundary.ins[i];
      const ValueId out = boundary.outs[o];
      const std::int64_t gap = rows.gaps[i * boundary.outs.size() + o];
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
  return cost;
}

}  // namespace spindle
