#include "compiler/plan/planner.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/cascade_cost.h"
#include "compiler/plan/checker.h"
#include "compiler/plan/partition.h"
#include "compiler/plan/place.h"
#include "compiler/plan/place_within.h"
#include "compiler/plan/regions.h"
#include "compiler/plan/widen.h"
#include "compiler/support/parallel.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

// The name of a cascade, from its first and last step.
std::string name_of(const StepGraph& graph, StepId first, StepId end) {
  const std::string& a = graph.step(first).name;
  const std::string& b = graph.step(end - 1).name;
  return first + 1 == end ? a : a + " .. " + b;
}

class Builder {
 public:
  Builder(const StepGraph& graph, const ValueUses& uses, const Lives& lives, InputMode mode)
      : graph_(graph), uses_(uses), lives_(lives) {
    plan_.input_mode = mode;
    plan_.steps.values = graph.values;
    plan_.unfused = graph;
    plan_.buffer_of.resize(graph.values.size());
  }

  // nullopt if the buffers do not fit into the regions. Without regions, a placement within
  // `budget` bytes is good enough; the arena becomes larger if none is found.
  std::optional<Plan> build(const Partition& partition, const Regions& regions = {},
                            std::int64_t budget = 0) {
    plan_.regions = regions;
    budget_ = budget;
    add_given_inputs();
    StepId first(0);
    for (const CascadeChoice& choice : partition.cascades) {
      add_cascade(first, choice);
      first = choice.end;
    }
    if (plan_.input_mode == InputMode::kStreamed) add_state();
    extend_lives();
    if (!place_buffers()) return std::nullopt;
    for (const PlannedStep& step : plan_.steps.steps) {
      plan_.macs += step.macs;
      plan_.extra_macs += step.extra_macs;
      plan_.weight_bytes += step.weight_bytes;
    }
    return std::move(plan_);
  }

 private:
  void add_given_inputs() {
    for (const ValueId id : graph_.values.ids()) {
      const Value& value = graph_.value(id);
      if (value.given) add_rows(BufferKind::kInput, id, value.rows, CascadeId(0));
    }
  }

  // The state of streamed input: a 4-byte counter of computed rows for each step of the first
  // cascade, and one of the rows pushed.
  void add_state() {
    if (plan_.cascades.empty()) return;
    const std::int64_t counters = plan_.cascades.front().end.number() + 1;
    add_buffer("state", BufferKind::kState, 4 * counters, CascadeId(0));
    plan_.lower_bound = std::max(plan_.lower_bound, first_bytes_ + align_up(4 * counters));
  }

  void add_cascade(StepId first, const CascadeChoice& choice) {
    const StepId end = choice.end;
    CascadeCost cost =
        cascade_cost({graph_, uses_, lives_}, first, end, choice.patches, choice.width);
    const PlannedStepId begin = plan_.steps.steps.end_id();
    const CascadeId cascade = plan_.cascades.end_id();
    if (plan_.cascades.empty()) first_bytes_ = cost.bytes;
    plan_.lower_bound = std::max(plan_.lower_bound, cost.bytes);
    std::int64_t scratch = 0;
    for (const PlannedStepId id : cost.steps.ids()) {
      PlannedStep& step = cost.steps[id];
      scratch = std::max(scratch, step.scratch_bytes);
      add_output(step.output, cost.ring[id], cascade, uses_.last(step.output) >= end);
      plan_.steps.steps.push_back(std::move(step));
    }
    plan_.cascades.push_back({name_of(graph_, first, end), begin, plan_.steps.steps.end_id()});
    add_scratch(begin, scratch, cascade);
    overlays_.insert(overlays_.end(), cost.overlays.begin(), cost.overlays.end());
  }

  BufferId add_buffer(std::string name, BufferKind kind, std::int64_t bytes, CascadeId cascade) {
    Buffer buffer;
    buffer.name = std::move(name);
    buffer.kind = kind;
    buffer.bytes = bytes;
    buffer.first_cascade = buffer.last_cascade = cascade;
    return plan_.buffers.push_back(std::move(buffer));
  }

  // Adds a buffer for `rows` rows of the value.
  void add_rows(BufferKind kind, ValueId id, std::int64_t rows, CascadeId cascade) {
    const Value& value = graph_.value(id);
    const BufferId buffer = add_buffer(value.name, kind, rows * value.row_bytes, cascade);
    plan_.buffers[buffer].value = id;
    plan_.buffers[buffer].rows = rows;
    plan_.buffer_of[id] = buffer;
  }

  void add_output(ValueId id, std::int64_t rows, CascadeId cascade, bool leaves) {
    const Value& value = graph_.value(id);
    if (value.storage != Storage::kArena) return;
    const BufferKind kind = value.accumulator ? BufferKind::kAccumulator
                            : leaves          ? BufferKind::kBoundary
                                              : BufferKind::kRing;
    add_rows(kind, id, rows, cascade);
  }

  // One buffer of scratch serves all steps of a cascade, because calls never nest.
  void add_scratch(PlannedStepId begin, std::int64_t bytes, CascadeId cascade) {
    const BufferId buffer =
        bytes > 0 ? add_buffer("tiles", BufferKind::kScratch, bytes, cascade) : BufferId();
    for (PlannedStepId step = begin; step < plan_.steps.steps.end_id(); ++step) {
      const bool needed = plan_.steps.step(step).scratch_bytes > 0;
      plan_.scratch_of.push_back(needed ? buffer : BufferId());
    }
  }

  void extend_lives() {
    for (const CascadeId id : plan_.cascades.ids()) {
      const Cascade& cascade = plan_.cascades[id];
      for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
        for (const StepInput& input : plan_.steps.step(step).inputs) {
          const BufferId buffer = plan_.buffer_of[input.value];
          if (buffer) plan_.buffers[buffer].last_cascade = id;
        }
      }
    }
  }

  bool place_buffers() {
    const TimedStage stage(Stage::kPlacement);
    std::vector<PlaceItem> items;
    for (const Buffer& buffer : plan_.buffers) {
      items.push_back(
          {align_up(buffer.bytes), buffer.first_cascade.index(), buffer.last_cascade.index()});
    }
    std::vector<PlaceOverlay> overlays;
    for (const Overlay& overlay : overlays_) {
      overlays.push_back(
          {plan_.buffer_of[overlay.in].index(), plan_.buffer_of[overlay.out].index(), overlay.gap});
    }
    if (plan_.regions.empty()) {
      set_places(place_in_one(items, overlays));
    } else {
      const std::optional<RegionPlacement> placement =
          place_in_regions(items, overlays, buffer_traffic(plan_).items(), plan_.regions);
      if (!placement) return false;
      for (const BufferId id : plan_.buffers.ids()) {
        plan_.buffers[id].region = placement->regions[id.index()];
      }
      set_places(placement->offsets);
    }
    mark_overlays(overlays);
    return true;
  }

  [[nodiscard]] std::vector<std::int64_t> place_in_one(
      const std::vector<PlaceItem>& items, const std::vector<PlaceOverlay>& overlays) const {
    Placement placement = place(items, overlays, plan_.lower_bound);
    const std::int64_t limit = std::max(plan_.lower_bound, budget_);
    if (placement.total > limit) {
      if (auto offsets = place_within(items, overlays, limit)) return *std::move(offsets);
    }
    return std::move(placement.offsets);
  }

  void set_places(const std::vector<std::int64_t>& offsets) {
    IdVector<RegionId, std::int64_t> ends(std::max<std::size_t>(plan_.regions.size(), 1), 0);
    for (const BufferId id : plan_.buffers.ids()) {
      Buffer& buffer = plan_.buffers[id];
      buffer.offset = offsets[id.index()];
      std::int64_t& end = ends[buffer.region];
      end = std::max(end, buffer.offset + buffer.bytes);
    }
    for (const RegionId id : plan_.regions.ids()) plan_.regions[id].arena_bytes = ends[id];
    plan_.arena_bytes = std::accumulate(ends.begin(), ends.end(), std::int64_t{0});
  }

  void mark_overlays(const std::vector<PlaceOverlay>& overlays) {
    for (const PlaceOverlay& overlay : overlays) {
      const BufferId over(overlay.in);
      const Buffer& in = plan_.buffers[over];
      Buffer& out = plan_.buffers[BufferId(overlay.out)];
      const bool overlap = in.region == out.region && in.offset < out.offset + out.bytes &&
                           out.offset < in.offset + in.bytes;
      if (overlap) out.over = over;
    }
  }

  const StepGraph& graph_;
  const ValueUses& uses_;
  const Lives& lives_;
  Plan plan_;
  std::vector<Overlay> overlays_;
  std::int64_t first_bytes_ = 0;  // bytes that the first cascade needs
  std::int64_t budget_ = 0;
};

}  // namespace

namespace {

Plan checked(Plan plan) {
  const TimedStage stage(Stage::kPlanChecker);
  const std::string error = check_plan(plan);
  check_internal(error.empty(), "plan checker: " + error);
  return plan;
}

// The most bytes that all arenas may have together.
std::int64_t budget_of(const PlanSettings& settings) {
  std::int64_t budget = settings.ram.value_or(std::int64_t{1} << 60);
  if (settings.regions.empty()) return budget;
  std::int64_t room = 0;
  for (const Region& region : settings.regions) room += region.activations ? region.size : 0;
  return std::min(budget, room);
}

}  // namespace

// Whether the plan needs no more than `other` of any memory.
bool no_larger(const Plan& plan, const Plan& other) {
  for (const RegionId id : plan.regions.ids()) {
    if (plan.regions[id].arena_bytes > other.regions[id].arena_bytes) return false;
  }
  return plan.arena_bytes <= other.arena_bytes;
}

Planner::Planner(const StepGraph& graph, PlanSettings settings)
    : graph_(graph), settings_(std::move(settings)), uses_(graph), search_(graph, uses_) {}

std::optional<Plan> Planner::plan() {
  const std::int64_t budget = budget_of(settings_);
  std::optional<Plan> plan;
  Partition partition;
  const auto fits = [&](const Partition& candidate) {
    if (candidate.peak > align_up(budget)) return false;
    plan = build(candidate, settings_.regions, budget);
    partition = candidate;
    return plan && plan->arena_bytes <= budget;
  };
  const auto done = [&] {
    // What the user allows is spent on speed. With regions, each keeps the size that it has.
    const bool spend = settings_.ram && settings_.regions.empty();
    const std::int64_t limit = spend ? budget : plan->arena_bytes;
    return checked(wider(partition, *std::move(plan), settings_.regions, limit));
  };
  // With a budget that allows it, tiles have the usual size, which is faster.
  if (settings_.ram && fits(search_.without_recompute())) return done();
  std::tie(partition, plan) = least_without_recompute(settings_.regions);
  if (plan && plan->arena_bytes <= budget) return done();
  // Placing may leave gaps, and streamed input also keeps its state in the arena. If the plan is
  // too large for these reasons, aim below the budget.
  for (std::int64_t aim = align_up(budget); settings_.regions.empty();) {
    const std::optional<Partition> found = search_.within(aim);
    if (!found) break;
    if (fits(*found)) return done();
    aim = std::min(found->peak, aim) - std::max(kArenaAlign, plan->arena_bytes - budget);
  }
  // Neither search is exact, and the frontier has measured more of the small partitions. With
  // regions, only placing can tell what fits.
  for (const Partition& found : search_.frontier()) {
    if (found.peak <= align_up(budget) && fits(found)) return done();
  }
  return std::nullopt;
}

Plan Planner::wider(const Partition& partition, Plan plan, const Regions& regions,
                    std::int64_t limit) const {
  // Wider calls mean larger buffers, and placing them may leave gaps. Then a smaller limit is
  // tried, and at last `plan` stays as it is.
  for (const std::int64_t part : {0, 16, 8, 4}) {
    const std::int64_t slack = part == 0 ? 0 : limit / part;
    const Partition wide = widened(graph_, uses_, search_.lives(), partition, limit - slack);
    std::optional<Plan> found = build(wide, regions, limit);
    if (!found) continue;
    if (regions.empty() ? found->arena_bytes > limit : !no_larger(*found, plan)) continue;
    found->lower_bound = plan.lower_bound;
    return *std::move(found);
  }
  return plan;
}

std::optional<Plan> Planner::build(const Partition& partition, const Regions& regions,
                                   std::int64_t budget) const {
  return Builder(graph_, uses_, search_.lives(), settings_.input).build(partition, regions, budget);
}

// Each round looks for a partition that needs fewer bytes than the one before, with smaller tiles
// if they help, until there is none. The peak of a partition is not all: placing may leave gaps, so
// the smallest plan need not be the last one.
std::pair<Partition, std::optional<Plan>> Planner::least_without_recompute(const Regions& regions) {
  std::pair<Partition, std::optional<Plan>> least;
  auto& [best, plan] = least;
  std::optional<Partition> found = search_.without_recompute();
  while (found) {
    std::optional<Plan> built = build(*found, regions, plan ? plan->arena_bytes - 1 : 0);
    const std::int64_t peak = found->peak;
    if (built && (!plan || built->arena_bytes < plan->arena_bytes)) {
      best = *std::move(found);
      plan = std::move(built);
    }
    found = search_.within(peak - kArenaAlign, PartitionSearch::Work::kNone);
  }
  // A placement without any gap was looked for. Where there was none, smaller gaps may do.
  for (bool better = true; better && plan && plan->arena_bytes > plan->lower_bound;) {
    std::optional<Plan> built = build(best, regions, plan->arena_bytes - 1);
    better = built && built->arena_bytes < plan->arena_bytes;
    if (better) plan = std::move(built);
  }
  return least;
}

Plan Planner::free_plan() {
  auto [partition, plan] = least_without_recompute({});
  const std::int64_t limit = plan->arena_bytes;
  return checked(wider(partition, *std::move(plan), {}, limit));
}

std::vector<PlanPoint> Planner::frontier(std::size_t most) {
  const std::vector<Partition>& partitions = search_.frontier();
  const std::size_t count = std::min(most, partitions.size());
  std::vector<PlanPoint> all(count);
  parallel_for(count, [&](std::size_t k) {
    const std::size_t i = count == 1 ? 0 : k * (partitions.size() - 1) / (count - 1);
    const Plan plan = *build(partitions[i], {}, 0);
    all[k] = {plan.arena_bytes, plan.extra_macs};
  });
  std::vector<PlanPoint> points{{free_plan().arena_bytes, 0}};
  for (const PlanPoint& point : all) {
    if (point.arena_bytes < points.back().arena_bytes) points.push_back(point);
  }
  return points;
}

std::vector<BlockId> Planner::tight_blocks() {
  const Partition& least = search_.frontier().back();
  std::vector<BlockId> blocks;
  StepId first(0);
  for (const CascadeChoice& cascade : least.cascades) {
    const BlockId block = graph_.step(first).block;
    bool one_block = bool(block);
    for (StepId step = first; step < cascade.end; ++step) {
      one_block = one_block && graph_.step(step).block == block;
    }
    if (one_block && cascade_cost({graph_, uses_, search_.lives()}, first, cascade.end).bytes >
                         least.peak / 8 * 7) {
      blocks.push_back(block);
    }
    first = cascade.end;
  }
  return blocks;
}

std::optional<Plan> make_plan(const StepGraph& graph, const PlanSettings& settings) {
  return Planner(graph, settings).plan();
}

Plan make_plan(const StepGraph& graph) {
  return *make_plan(graph, {});
}

std::vector<PlanPoint> plan_frontier(const StepGraph& graph, const PlanSettings& settings) {
  return Planner(graph, settings).frontier();
}

}  // namespace spindle
