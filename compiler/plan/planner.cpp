#include "compiler/plan/planner.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/checker.h"
#include "compiler/plan/partition.h"
#include "compiler/plan/place.h"

namespace spindle {
namespace {

// Names of a cascade: its first and last step.
std::string name_of(const StepGraph& graph, StepId first, StepId end) {
  const std::string& a = graph.step(first).name;
  const std::string& b = graph.step(end - 1).name;
  return first + 1 == end ? a : a + " .. " + b;
}

class Builder {
 public:
  explicit Builder(const StepGraph& graph) : graph_(graph), uses_(graph) {
    plan_.steps.values = graph.values;
    plan_.buffer_of.assign(graph.values.size(), -1);
  }

  Plan build() {
    StepId first = 0;
    for (StepId end : partition(graph_, uses_)) {
      add_cascade(first, end);
      first = end;
    }
    extend_lives();
    place_buffers();
    for (const Step& step : graph_.steps) {
      plan_.macs += step.macs;
      plan_.weight_bytes += step.weight_bytes;
    }
    return std::move(plan_);
  }

 private:
  void add_cascade(StepId first, StepId end) {
    const int index = static_cast<int>(plan_.cascades.size());
    CascadeCost cost = cascade_cost(graph_, uses_, first, end);
    const auto begin = static_cast<StepId>(plan_.steps.steps.size());
    plan_.cascades.push_back(
        {name_of(graph_, first, end), begin, begin + static_cast<StepId>(cost.steps.size())});
    plan_.lower_bound = std::max(plan_.lower_bound, cost.bytes);
    std::int64_t scratch = 0;
    for (std::size_t i = 0; i < cost.steps.size(); ++i) {
      scratch = std::max(scratch, cost.steps[i].scratch_bytes);
      add_value(cost.steps[i].output, cost.ring[i], index, uses_.last(cost.steps[i].output) >= end);
      plan_.steps.steps.push_back(std::move(cost.steps[i]));
    }
    add_scratch(begin, scratch, index);
    overlays_.insert(overlays_.end(), cost.overlays.begin(), cost.overlays.end());
  }

  void add_value(ValueId id, std::int64_t rows, int cascade, bool leaves) {
    const Value& value = graph_.value(id);
    if (value.storage != Storage::kArena) return;
    const BufferKind kind = value.accumulator ? BufferKind::kAccumulator
                            : leaves          ? BufferKind::kBoundary
                                              : BufferKind::kRing;
    plan_.buffer_of[static_cast<std::size_t>(id)] = static_cast<int>(plan_.buffers.size());
    plan_.buffers.push_back(
        {value.name, kind, id, rows, rows * value.row_bytes, 0, cascade, cascade, -1});
  }

  // One piece of scratch serves all steps of a cascade: a call never runs inside of another.
  void add_scratch(StepId begin, std::int64_t bytes, int cascade) {
    for (auto i = static_cast<std::size_t>(begin); i < plan_.steps.steps.size(); ++i) {
      const bool needed = plan_.steps.steps[i].scratch_bytes > 0;
      plan_.scratch_of.push_back(needed ? static_cast<int>(plan_.buffers.size()) : -1);
    }
    if (bytes == 0) return;
    plan_.buffers.push_back({"tiles", BufferKind::kScratch, -1, 1, bytes, 0, cascade, cascade, -1});
  }

  void extend_lives() {
    for (std::size_t i = 0; i < plan_.cascades.size(); ++i) {
      const Cascade& cascade = plan_.cascades[i];
      for (StepId step = cascade.first; step < cascade.end; ++step) {
        for (const StepInput& input : plan_.steps.step(step).inputs) {
          const int buffer = plan_.buffer_of[static_cast<std::size_t>(input.value)];
          if (buffer >= 0) {
            plan_.buffers[static_cast<std::size_t>(buffer)].last_cascade = static_cast<int>(i);
          }
        }
      }
    }
  }

  void place_buffers() {
    std::vector<PlaceItem> items;
    for (const Buffer& buffer : plan_.buffers) {
      items.push_back({align_up(buffer.bytes), buffer.first_cascade, buffer.last_cascade});
    }
    std::vector<PlaceOverlay> overlays;
    for (const Overlay& overlay : overlays_) {
      overlays.push_back({plan_.buffer_of[static_cast<std::size_t>(overlay.in)],
                          plan_.buffer_of[static_cast<std::size_t>(overlay.out)], overlay.gap});
    }
    const Placement placement = place(items, overlays, plan_.lower_bound);
    for (std::size_t i = 0; i < plan_.buffers.size(); ++i) {
      plan_.buffers[i].offset = placement.offsets[i];
      plan_.arena_bytes =
          std::max(plan_.arena_bytes, plan_.buffers[i].offset + plan_.buffers[i].bytes);
    }
    for (const PlaceOverlay& overlay : overlays) {
      const Buffer& in = plan_.buffers[static_cast<std::size_t>(overlay.in)];
      Buffer& out = plan_.buffers[static_cast<std::size_t>(overlay.out)];
      const bool overlap = in.offset < out.offset + out.bytes && out.offset < in.offset + in.bytes;
      if (overlap) out.over = overlay.in;
    }
  }

  const StepGraph& graph_;
  ValueUses uses_;
  Plan plan_;
  std::vector<Overlay> overlays_;
};

}  // namespace

Plan make_plan(const StepGraph& graph) {
  Plan plan = Builder(graph).build();
  const std::string error = check_plan(plan);
  check_internal(error.empty(), "plan checker: " + error);
  return plan;
}

namespace {

// Size of the union of the buffers that `counts` selects.
template <typename Predicate>
std::int64_t union_bytes(const Plan& plan, Predicate counts) {
  std::map<std::int64_t, int> edges;  // offset -> buffers that begin minus buffers that end
  for (const Buffer& buffer : plan.buffers) {
    if (!counts(buffer)) continue;
    ++edges[buffer.offset];
    --edges[buffer.offset + buffer.bytes];
  }
  std::int64_t bytes = 0;
  std::int64_t since = 0;
  int open = 0;
  for (const auto& [offset, change] : edges) {
    if (open > 0) bytes += offset - since;
    since = offset;
    open += change;
  }
  return bytes;
}

}  // namespace

std::int64_t live_bytes(const Plan& plan, int cascade) {
  return union_bytes(plan, [&](const Buffer& buffer) {
    return buffer.first_cascade <= cascade && cascade <= buffer.last_cascade;
  });
}

std::int64_t occupied_bytes(const Plan& plan) {
  // Of scratch, the tiles: alignment may leave bytes between them.
  Plan exact;
  for (const Buffer& buffer : plan.buffers) {
    if (buffer.kind != BufferKind::kScratch) exact.buffers.push_back(buffer);
  }
  for (std::size_t i = 0; i < plan.steps.steps.size(); ++i) {
    if (plan.scratch_of[i] < 0) continue;
    const Buffer& scratch = plan.buffers[static_cast<std::size_t>(plan.scratch_of[i])];
    for (const Step::Member& member : plan.steps.steps[i].members) {
      if (member.tile_bytes == 0) continue;
      Buffer tile = scratch;
      tile.offset += member.tile_offset;
      tile.bytes = member.tile_bytes;
      exact.buffers.push_back(tile);
    }
  }
  return union_bytes(exact, [](const Buffer&) { return true; });
}

}  // namespace spindle
