// Plans in which blocks compute their expanded channels group by group (passes/split_channels.h).
//
// Groups are tried only if no other plan is small enough. In most cases, patches of rows and
// columns cost less work, because the partial sums of a group are four times as wide as the result
// (int32, int8). Groups win for images that are so small that a patch of a few rows is most of the
// image.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "compiler/compile/compilation.h"

namespace spindle {

// A graph and the kernels selected for it.
struct SelectedGraph {
  Graph graph;
  Selection selection;
};

// Plans a canonical graph. `selection` is what select_steps made of it with the same options.
// Everything but the options must outlive this object.
class GroupPlanner {
 public:
  GroupPlanner(const Graph& graph, const Selection& selection, const Target& target,
               const CompilationOptions& options);

  // Planner::plan for `graph` or, if there is none, for the split graph, which split() then
  // returns.
  [[nodiscard]] std::optional<Plan> plan();

  // The split graph, if the plan is for it; nothing if the plan is for `graph`.
  [[nodiscard]] std::optional<SelectedGraph> split();

  // Planner::frontier of plans with and without groups.
  [[nodiscard]] std::vector<PlanPoint> frontier();

  [[nodiscard]] Planner& whole() { return whole_; }

 private:
  // Null if no block can be split, or only by handing out other outputs row by row.
  [[nodiscard]] Planner* grouped();

  const Graph& graph_;
  const Target& target_;
  CompilationOptions options_;
  std::vector<OutputId> by_rows_;  // outputs that are handed out row by row without groups
  Planner whole_;
  bool tried_ = false;
  std::unique_ptr<SelectedGraph> split_;
  std::unique_ptr<Planner> grouped_;
  bool planned_split_ = false;
};

}  // namespace spindle
