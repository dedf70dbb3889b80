#include "compiler/driver/channel_groups.h"

#include <algorithm>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/input_mode.h"
#include "compiler/passes/split_channels.h"

namespace spindle {
namespace {

constexpr int kGroups = 4;  // fewer save little; more have not been seen to save more

}  // namespace

GroupPlanner::GroupPlanner(const Graph& graph, const Selection& selection, const Target& target,
                           const PlanSettings& settings)
    : graph_(graph), target_(target), settings_(settings), whole_(selection.steps, settings) {}

Planner* GroupPlanner::grouped() {
  if (std::exchange(tried_, true)) return grouped_.get();
  Graph graph = graph_;
  bool any = false;
  for (int block : whole_.tight_blocks()) {
    const int groups = std::min(kGroups, most_channel_groups(graph, block));
    if (groups < 2) continue;
    split_channels(graph, block, groups);
    any = true;
  }
  if (!any) return nullptr;
  Diagnostics diagnostics;  // whatever there was to report, the whole graph's selection has
  std::optional<Selection> selection = select_kernels(graph, target_, diagnostics);
  if (!selection || !set_input_mode(*selection, graph, settings_.input, diagnostics)) {
    return nullptr;
  }
  split_ = std::make_unique<SelectedGraph>(SelectedGraph{std::move(graph), *std::move(selection)});
  grouped_ = std::make_unique<Planner>(split_->selection.steps, settings_);
  return grouped_.get();
}

std::optional<Plan> GroupPlanner::plan() {
  std::optional<Plan> plan = whole_.plan();
  if (plan || !settings_.ram || !settings_.regions.empty() || grouped() == nullptr) return plan;
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
