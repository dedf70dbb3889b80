#include "compiler/compile/compilation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/check/program_checker.h"
#include "compiler/check/self_check.h"
#include "compiler/compile/channel_groups.h"
#include "compiler/compile/limits.h"
#include "compiler/compile/node_order.h"
#include "compiler/compile/plan_refusal.h"
#include "compiler/compile/select_steps.h"
#include "compiler/lower/program/build_program.h"
#include "compiler/passes/class_indices.h"
#include "compiler/passes/native_io.h"
#include "compiler/passes/picture_input.h"
#include "compiler/support/progress.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

// Checks that the program has what the options ask for. An option that was lost on the way would
// silently change the interface of the generated code.
void check_options(const Compilation& c, const CompilationOptions& options) {
  const std::vector<ProgramIo>& outputs = c.program.outputs;
  const bool by_rows =
      std::any_of(outputs.begin(), outputs.end(), [](const ProgramIo& io) { return io.rows > 0; });
  check_internal(by_rows == options.output_rows, "the program lost --output-rows");
  check_internal(c.program.input_mode == options.plan.input, "the program lost the input mode");
  check_internal(c.plan.arena_bytes <= options.plan.ram.value_or(c.plan.arena_bytes),
                 "the plan lost the budget");
  check_internal(c.plan.regions.size() == options.plan.regions.size(), "the plan lost regions");
  for (const Region& region : c.plan.regions) {
    check_internal(region.arena_bytes <= region.size, "a region holds more than its size");
  }
}

// Plans `c`, whose graph and selection are complete. The plan may split blocks into groups of
// channels, and then changes both. Returns false if there is no plan (reported).
bool plan_memory(Compilation& c, const CompilationOptions& options, Diagnostics& diagnostics) {
  const TimedStage stage(Stage::kPlanning);
  GroupPlanner planner(c.graph, c.selection, *c.target, options);
  std::optional<Plan> plan = planner.plan();
  if (!plan) {
    report_no_plan(c, options, planner, diagnostics);
    return false;
  }
  if (options.frontier) c.frontier = planner.frontier();
  if (std::optional<SelectedGraph> split = planner.split()) {
    c.graph = std::move(split->graph);
    c.selection = std::move(split->selection);
  }
  c.plan = std::move(*plan);
  return true;
}

Program timed_program(const Compilation& c) {
  const TimedStage stage(Stage::kProgram);
  return build_program(c.graph, c.selection, c.plan);
}

// Checks a finished program, once, before anything is made from it. Throws InternalError.
void check_compilation(const Compilation& c, const CompilationOptions& options) {
  check_options(c, options);
  const TimedStage stage(options.self_check ? Stage::kSelfCheck : Stage::kProgramChecker);
  const std::string fault =
      options.self_check ? self_check(c.graph, c.program) : check_program(c.graph, c.program);
  check_internal(fault.empty(), "the program is wrong: " + fault);
}

}  // namespace

bool prepare_graph(Graph& graph, const CompilationOptions& options, Diagnostics& diagnostics) {
  if (!options.input_u8.empty() && !take_picture_input(graph, options.input_u8, diagnostics)) {
    return false;
  }
  // --detect comes first, because it replaces all outputs: an index of classes among them is then
  // no output any more.
  if (options.detect && !take_detections(graph, *options.detect, diagnostics)) return false;
  if (options.output_u8 && !take_indices_as_u8(graph, diagnostics)) return false;
  // Last, so that what the other options have made of inputs and outputs is left as it is.
  if (options.native_io && !take_native_io(graph, diagnostics)) return false;
  run_pipeline(graph, options.pipeline, diagnostics);
  return !diagnostics.has_errors();
}

std::optional<Compilation> compile_graph(Graph graph, const Target& target,
                                         const CompilationOptions& options,
                                         Diagnostics& diagnostics) {
  ProgressStage stage("simplifying the graph");
  if (!options.canonical && !prepare_graph(graph, options, diagnostics)) return std::nullopt;
  if (!within_limits(graph, diagnostics)) return std::nullopt;
  stage.next("choosing kernels");
  std::optional<Selection> selection = select_steps(graph, target, options, diagnostics);
  if (!selection) return std::nullopt;
  SelectedGraph selected{std::move(graph), *std::move(selection)};
  if (auto better = in_better_order(selected, target, options)) selected = *std::move(better);
  Compilation result;
  result.graph = std::move(selected.graph);
  result.target = &target;
  result.selection = std::move(selected.selection);
  stage.next("planning memory");
  if (!plan_memory(result, options, diagnostics)) return std::nullopt;
  stage.next("building the program");
  result.program = timed_program(result);
  stage.next("checking the program");
  check_compilation(result, options);
  return result;
}

}  // namespace spindle
