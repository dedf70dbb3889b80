// Steps -> Plan.
#pragma once

#include <optional>
#include <vector>

#include "compiler/plan/partition.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"

namespace spindle {

struct PlanSettings {
  // Bytes the arena may have. Within them, the plan that computes least twice; without, the plan
  // with the least RAM that computes nothing twice.
  std::optional<std::int64_t> ram;
  InputMode input = InputMode::kExternal;  // how the graph was made (lower/input_mode.h)
  // A memory map: an arena in each region that holds activations; `ram` is for all of them. Empty:
  // one arena of any size.
  std::vector<Region> regions = {};
};

// Plans one graph, which must outlive it.
class Planner {
 public:
  Planner(const StepGraph& graph, PlanSettings settings);
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  // Partitions into cascades, sizes the rings, places every buffer, and spends what is left of the
  // arena meanwhile on wider calls (widen.h). The result passes check_plan;
  // anything else is an internal error. Nothing if no plan fits into `ram` and the regions.
  [[nodiscard]] std::optional<Plan> plan();

  // The plan without a budget, in one arena.
  [[nodiscard]] Plan free_plan();

  // The frontier of RAM against work, in one arena: from the plan without a budget, down to the
  // smallest found. Each point has less RAM and more work than the one before it. At most `most`
  // points, both ends among them.
  [[nodiscard]] std::vector<PlanPoint> frontier(std::size_t most = 32);

  // Inverted residuals (Step::block, ascending) that the smallest plan found runs as cascades of
  // their own, and that without patches would need about as much as it or more.
  [[nodiscard]] std::vector<int> tight_blocks();

 private:
  // The plan of `partition`, with wider calls where that takes no more memory than
  // `plan` has, of `regions`.
  [[nodiscard]] Plan wider(const Partition& partition, Plan plan,
                           const std::vector<Region>& regions) const;

  const StepGraph& graph_;
  PlanSettings settings_;
  ValueUses uses_;
  PartitionSearch search_;
};

[[nodiscard]] std::optional<Plan> make_plan(const StepGraph& graph, const PlanSettings& settings);
[[nodiscard]] Plan make_plan(const StepGraph& graph);
[[nodiscard]] std::vector<PlanPoint> plan_frontier(const StepGraph& graph,
                                                   const PlanSettings& settings);

// Most bytes live together while `cascade` runs, overlaid bytes counted once.
[[nodiscard]] std::int64_t live_bytes(const Plan& plan, int cascade);

// Bytes of the arena that belong to a buffer at some time: what a run touches. Less than the arena
// where alignment leaves a few bytes between buffers. Of all regions, or of one.
[[nodiscard]] std::int64_t occupied_bytes(const Plan& plan, std::optional<int> region = {});

}  // namespace spindle
