#include "compiler/plan/partition.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/place.h"
#include "compiler/plan/simulate.h"

namespace spindle {
namespace {

constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();

// Longest cascade tried, in atoms: keeps planning of large graphs within a second or two. Rings of
// a cascade grow with its length, so long ones rarely win.
constexpr std::size_t kMostAtoms = 40;

struct Boundary {
  std::vector<ValueId> through, ins, outs;
};

Boundary boundary_of(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end) {
  Boundary result;
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const auto id = static_cast<ValueId>(i);
    if (graph.values[i].storage != Storage::kArena || uses.producer[i] < 0) continue;
    const StepId born = uses.producer[i];
    const StepId last = uses.last(id);
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

Alone alone(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end) {
  StepGraph self;
  self.values = graph.values;
  self.steps = fuse_columns(graph, uses, first, end);
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

CascadeCost cascade_cost(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end) {
  CascadeCost cost;
  Alone self = alone(graph, uses, first, end);
  const auto count = static_cast<StepId>(self.graph.steps.size());
  cost.ring = ring_rows(self.graph, self.uses, 0, count).ring;
  std::int64_t scratch = 0;
  for (StepId step = 0; step < count; ++step) {
    const ValueId output = self.graph.step(step).output;
    const Value& value = self.graph.value(output);
    scratch = std::max(scratch, self.graph.step(step).scratch_bytes);
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

std::vector<StepId> cut_points(const StepGraph& graph) {
  const ValueUses uses(graph);
  std::vector<StepId> cuts{0};
  const auto count = static_cast<StepId>(graph.steps.size());
  const auto first_block =
      static_cast<StepId>(std::find_if(graph.steps.begin(), graph.steps.end(),
                                       [](const Step& step) { return step.block == 0; }) -
                          graph.steps.begin());
  for (StepId step = 1; step < count; ++step) {
    const Step& before = graph.step(step - 1);
    const Step& self = graph.step(step);
    const auto& readers = uses.readers[static_cast<std::size_t>(before.output)];
    const bool feeds = !readers.empty() && readers.back() == step;  // and nobody later
    const bool same_block = before.block >= 0 && before.block == self.block;
    const bool stem = step <= first_block && first_block < count && feeds;
    const bool reduction =
        graph.value(before.output).accumulator || (graph.value(self.output).accumulator && feeds);
    const bool vectors = graph.rows(step - 1) == 1 && graph.rows(step) == 1 && feeds;
    if (!same_block && !stem && !reduction && !vectors) cuts.push_back(step);
  }
  if (count > 0) cuts.push_back(count);
  return cuts;
}

std::vector<StepId> partition(const StepGraph& graph, const ValueUses& uses) {
  const std::vector<StepId> cuts = cut_points(graph);
  const std::size_t n = cuts.size();
  if (n < 2) return {};
  std::vector<std::vector<std::int64_t>> cost(n, std::vector<std::int64_t>(n, kInfinite));
  for (std::size_t i = 0; i + 1 < n; ++i) {
    for (std::size_t j = i + 1; j < std::min(n, i + 1 + kMostAtoms); ++j) {
      cost[i][j] = cascade_cost(graph, uses, cuts[i], cuts[j]).bytes;
    }
  }
  std::vector<std::int64_t> peak(n, kInfinite);
  peak[0] = 0;
  for (std::size_t j = 1; j < n; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      peak[j] = std::min(peak[j], std::max(peak[i], cost[i][j]));
    }
  }
  // Most cascades within that peak.
  std::vector<int> most(n, -1);
  std::vector<std::size_t> from(n, 0);
  most[0] = 0;
  for (std::size_t j = 1; j < n; ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (most[i] < 0 || cost[i][j] > peak[n - 1] || most[i] + 1 <= most[j]) continue;
      most[j] = most[i] + 1;
      from[j] = i;
    }
  }
  std::vector<StepId> ends;
  for (std::size_t j = n - 1; j > 0; j = from[j]) ends.push_back(cuts[j]);
  std::reverse(ends.begin(), ends.end());
  return ends;
}

}  // namespace spindle
