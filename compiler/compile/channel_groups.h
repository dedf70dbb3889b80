// Plans in which blocks compute their expanded channels group by group (passes/split_channels.h).
//
// Patches of rows and columns cost less work in most cases, since the sums of a group are four
// times as wide as what becomes of them. Groups win where planes are so small that a patch of a few
// rows is most of the plane; they are tried where nothing else is small enough.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "compiler/compile/compilation.h"

namespace spindle {

// A graph with kernels for each of its steps.
struct SelectedGraph {
  Graph graph;
  Selection selection;
};

// Plans a canonical graph with the selection that select_steps made of it for the same options;
// all but the options must outlive it.
class GroupPlanner {
 public:
  GroupPlanner(const Graph& graph, const Selection& selection, const Target& target,
               const CompilationOptions& options);

  // Planner::plan, of `graph` or, where that has none, of the graph that split() then returns.
  [[nodiscard]] std::optional<Plan> plan();

  // The graph that the plan is for if it is not the one given.
  [[nodiscard]] std::optional<SelectedGraph> split();

  // Planner::frontier, with and without groups.
  [[nodiscard]] std::vector<PlanPoint> frontier();

  [[nodiscard]] Planner& whole() { return whole_; }

 private:
  // Nothing if no block can be split, or not without handing other outputs out by rows.
  [[nodiscard]] Planner* grouped();

  const Graph& graph_;
  const Target& target_;
  CompilationOptions options_;
  std::vector<int> by_rows_;  // outputs of the whole graph that are handed out
  Planner whole_;
  bool tried_ = false;
  std::unique_ptr<SelectedGraph> split_;
  std::unique_ptr<Planner> grouped_;
  bool planned_split_ = false;
};

}  // namespace spindle
