// Makes a Plan of a StepGraph.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "compiler/plan/partition.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"

namespace spindle {

struct PlanSettings {
  // The most bytes that the arena may have. The plan with the least extra work that fits is taken,
  // and room that is left is spent on wider calls, which are faster.
  // Without a value: the plan with the least RAM that computes nothing twice.
  std::optional<std::int64_t> ram;
  InputMode input = InputMode::kExternal;  // must match the graph (lower/input_mode.h)
  // The memory map: each region that may hold activations gets an arena, and `ram` limits their
  // sum. If empty, there is one arena of any size.
  Regions regions = {};
};

// Plans one graph. The graph must outlive the planner.
class Planner {
 public:
  Planner(const StepGraph& graph, PlanSettings settings);
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  // Partitions the steps into cascades, sizes the rings, places every buffer, and uses memory that
  // is left for wider calls (widen.h). The result has passed check_plan; a plan that does not is an
  // internal error. nullopt if no plan fits into `ram` and the regions.
  [[nodiscard]] std::optional<Plan> plan();

  // The plan without a budget and without regions.
  [[nodiscard]] Plan free_plan();

  // The trade between RAM and extra work, in one arena: from the plan without a budget down to the
  // smallest one found. Each point has less RAM and more extra work than the one before it. At most
  // `most` points, with both ends among them.
  [[nodiscard]] std::vector<PlanPoint> frontier(std::size_t most = 32);

  // The inverted residuals (Step::block, ascending) that keep plans from getting smaller: those
  // that the smallest plan found runs as cascades of their own, and that without patches would need
  // more than 7/8 of its peak.
  [[nodiscard]] std::vector<BlockId> tight_blocks();

 private:
  // The smallest plan that computes nothing twice, before its calls are made wider. No plan if none
  // fits into the regions.
  [[nodiscard]] std::pair<Partition, std::optional<Plan>> least_without_recompute(
      const Regions& regions);
  // Returns the plan of `partition` with wider calls, in at most `limit` bytes of one arena, or in
  // `regions` no larger than those of `plan`. If there is none, returns `plan`.
  [[nodiscard]] Plan wider(const Partition& partition, Plan plan, const Regions& regions,
                           std::int64_t limit) const;
  // nullopt if the buffers do not fit into the regions. Without regions, a placement within
  // `budget` bytes is good enough; the arena becomes larger if none is found.
  [[nodiscard]] std::optional<Plan> build(const Partition& partition, const Regions& regions,
                                          std::int64_t budget) const;

  const StepGraph& graph_;
  PlanSettings settings_;
  ValueUses uses_;
  PartitionSearch search_;
};

[[nodiscard]] std::optional<Plan> make_plan(const StepGraph& graph, const PlanSettings& settings);
[[nodiscard]] Plan make_plan(const StepGraph& graph);
[[nodiscard]] std::vector<PlanPoint> plan_frontier(const StepGraph& graph,
                                                   const PlanSettings& settings);

}  // namespace spindle
