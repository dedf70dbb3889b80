#include "compiler/compile/channel_groups.h"

#include <algorithm>
#include <utility>

#include "compiler/compile/select_steps.h"
#include "compiler/passes/split_channels.h"

namespace spindle {
namespace {

constexpr int kGroups = 4;  // fewer groups save little; more did not save more in any model that
                            // was tried

// The outputs that are handed to the user row by row. They are part of the interface of the
// generated code.
std::vector<OutputId> outputs_by_rows(const Selection& selection) {
  std::vector<OutputId> outputs;
  for (const std::vector<KernelCall>& calls : selection.calls) {
    for (const KernelCall& call : calls) {
      if (call.output_row) outputs.push_back(call.output_row);
    }
  }
  std::sort(outputs.begin(), outputs.end());
  return outputs;
}

}  // namespace

GroupPlanner::GroupPlanner(const Graph& graph, const Selection& selection, const Target& target,
                           const CompilationOptions& options)
    : graph_(graph),
      target_(target),
      options_(options),
      by_rows_(outputs_by_rows(selection)),
      whole_(selection.steps, options.plan) {}

Planner* GroupPlanner::grouped() {
  if (std::exchange(tried_, true)) return grouped_.get();
  Graph graph = graph_;
  bool any = false;
  for (BlockId block : whole_.tight_blocks()) {
    const int groups = std::min(kGroups, most_channel_groups(graph, block));
    if (groups < 2) continue;
    split_channels(graph, block, groups);
    any = true;
  }
  if (!any) return nullptr;
  Diagnostics diagnostics;  // dropped: the selection for the whole graph has reported all there is
  std::optional<Selection> selection = select_steps(graph, target_, options_, diagnostics);
  if (!selection || outputs_by_rows(*selection) != by_rows_) return nullptr;
  split_ = std::make_unique<SelectedGraph>(SelectedGraph{std::move(graph), *std::move(selection)});
  grouped_ = std::make_unique<Planner>(split_->selection.steps, options_.plan);
  return grouped_.get();
}

std::optional<Plan> GroupPlanner::plan() {
  std::optional<Plan> plan = whole_.plan();
  if (plan || grouped() == nullptr) return plan;
  plan = grouped_->plan();
  planned_split_ = plan.has_value();
  return plan;
}

std::optional<SelectedGraph> GroupPlanner::split() {
  if (!planned_split_) return std::nullopt;
  return *split_;
}

std::vector<PlanPoint> GroupPlanner::frontier() {
  std::vector<PlanPoint> points = whole_.frontier();
  if (grouped() == nullptr) return points;
  const std::vector<PlanPoint> more = grouped_->frontier();
  points.insert(points.end(), more.begin(), more.end());
  std::stable_sort(points.begin(), points.end(), [](const PlanPoint& a, const PlanPoint& b) {
    return a.extra_macs != b.extra_macs ? a.extra_macs < b.extra_macs
                                        : a.arena_bytes < b.arena_bytes;
  });
  std::vector<PlanPoint> best;
  for (const PlanPoint& point : points) {
    if (best.empty() || point.arena_bytes < best.back().arena_bytes) best.push_back(point);
  }
  return best;
}

}  // namespace spindle
