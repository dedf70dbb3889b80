#include "compiler/driver/compilation.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "compiler/check/program_checker.h"
#include "compiler/driver/channel_groups.h"
#include "compiler/driver/memory_map.h"
#include "compiler/driver/picture_input.h"
#include "compiler/driver/summary.h"
#include "compiler/lower/build_program.h"
#include "compiler/lower/input_mode.h"
#include "compiler/lower/output_rows.h"
#include "compiler/passes/pipeline.h"
#include "frontend/importer.h"

namespace spindle {

std::optional<Graph> load_model(const ModelOptions& options, Diagnostics& diagnostics) {
  std::optional<Graph> graph = import_onnx(options.model, {options.dims}, diagnostics);
  if (!graph) return std::nullopt;
  if (!options.input_u8.empty() && !take_picture_input(*graph, options.input_u8, diagnostics)) {
    return std::nullopt;
  }
  if (options.output_u8 && !take_indices_as_u8(*graph, diagnostics)) return std::nullopt;
  if (options.detect && !take_detections(*graph, *options.detect, diagnostics)) {
    return std::nullopt;
  }
  PipelineOptions pipeline;
  pipeline.verify = pipeline.verify || options.verify_passes;
  pipeline.print_after = options.print_after;
  pipeline.print = [](const std::string& pass, const std::string& text) {
    std::cerr << "# after " << pass << '\n' << text << '\n';
  };
  run_pipeline(*graph, pipeline, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return graph;
}

namespace {

// E0301: nothing fits into --ram.
void report_no_plan(const Compilation& c, const PlanSettings& settings, GroupPlanner& planner,
                    Diagnostics& diagnostics) {
  const Plan plan = planner.whole().free_plan();
  int peak = 0;
  for (int i = 0; i < static_cast<int>(plan.cascades.size()); ++i) {
    if (live_bytes(plan, i) > live_bytes(plan, peak)) peak = i;
  }
  Diagnostic& error = diagnostics.error(
      "E0301",
      fmt::format("activations need {}, budget is {}", human_bytes(plan.arena_bytes),
                  human_bytes(*settings.ram)),
      fmt::format("{}: cascade {}, {}", c.graph.name, peak,
                  plan.cascades.empty() ? "" : plan.cascades[static_cast<std::size_t>(peak)].name));
  const PlanPoint least = planner.frontier().back();
  error.notes.push_back(
      fmt::format("smallest plan found: {} at {:.2f}x MACs", human_bytes(least.arena_bytes),
                  1 + static_cast<double>(least.extra_macs) /
                          static_cast<double>(std::max<std::int64_t>(plan.macs, 1))));
  if (settings.input == InputMode::kArena) {
    error.helps.emplace_back("pass `--input=external` or `--input=streamed`, or raise `--ram`");
    return;
  }
  if (settings.input == InputMode::kStreamed && keeps_pushed_rows(c.selection.steps)) {
    error.helps.emplace_back(
        "`--input-u8=MEAN,STD` takes the picture as NHWC bytes, which need not be kept whole");
  }
  error.helps.emplace_back("raise `--ram`; `spindle plan --pareto` lists what there is");
}

// E0302: the regions have no room, though one arena of any size would do.
void report_no_region(const Compilation& c, const PlanSettings& settings, GroupPlanner& planner,
                      Diagnostics& diagnostics) {
  const Plan plan = planner.whole().free_plan();
  std::int64_t room = 0;
  std::int64_t largest_region = 0;
  for (const Region& region : settings.regions) {
    if (!region.activations) continue;
    room += region.size;
    largest_region = std::max(largest_region, region.size);
  }
  Diagnostic& error = diagnostics.error(
      "E0302",
      fmt::format("activations need {} in one arena, the memory map has room for {}",
                  human_bytes(plan.arena_bytes), human_bytes(room)),
      c.graph.name);
  const auto largest =
      std::max_element(plan.buffers.begin(), plan.buffers.end(),
                       [](const Buffer& a, const Buffer& b) { return a.bytes < b.bytes; });
  if (largest != plan.buffers.end()) {
    error.notes.push_back(fmt::format("the largest buffer, '{}', takes {}; the largest region {}",
                                      largest->name, human_bytes(largest->bytes),
                                      human_bytes(largest_region)));
  }
  error.notes.push_back(fmt::format("smallest plan found, in one arena: {}",
                                    human_bytes(planner.frontier().back().arena_bytes)));
  error.helps.emplace_back("enlarge a region, or let another one hold activations");
}

// Whether there would be a plan if all regions were one.
bool fits_without_regions(const Compilation& c, const PlanSettings& settings) {
  if (settings.regions.empty()) return false;
  PlanSettings one_arena = settings;
  one_arena.regions.clear();
  return make_plan(c.selection.steps, one_arena).has_value();
}

}  // namespace

std::optional<Compilation> compile_model(const ModelOptions& options, const std::string& target,
                                         Diagnostics& diagnostics) {
  Compilation result;
  result.target = find_target(target);
  if (result.target == nullptr) {
    diagnostics.error("E0401", fmt::format("there is no target '{}'", target))
        .helps.emplace_back("`spindle targets` lists them");
    return std::nullopt;
  }
  std::optional<Graph> graph = load_model(options, diagnostics);
  if (!graph) return std::nullopt;
  result.graph = std::move(*graph);
  std::optional<Selection> selection = select_kernels(result.graph, *result.target, diagnostics);
  if (!selection) return std::nullopt;
  result.selection = std::move(*selection);
  PlanSettings settings = options.plan;
  if (!options.memory.empty()) {
    auto regions = read_memory_map(options.memory, diagnostics);
    if (!regions) return std::nullopt;
    settings.regions = std::move(*regions);
  }
  if (options.output_rows && !hand_out_rows(result.selection, result.graph, diagnostics)) {
    return std::nullopt;
  }
  if (!set_input_mode(result.selection, result.graph, settings.input, diagnostics)) {
    return std::nullopt;
  }
  GroupPlanner planner(result.graph, result.selection, *result.target, settings);
  std::optional<Plan> plan = planner.plan();
  if (!plan) {
    if (fits_without_regions(result, settings)) {
      report_no_region(result, settings, planner, diagnostics);
    } else {
      report_no_plan(result, settings, planner, diagnostics);
    }
    return std::nullopt;
  }
  if (options.frontier) result.frontier = planner.frontier();
  if (std::optional<SelectedGraph> split = planner.split()) {
    result.graph = std::move(split->graph);
    result.selection = std::move(split->selection);
  }
  result.plan = std::move(*plan);
  result.program = build_program(result.graph, result.selection, result.plan);
  const std::string fault = check_program(result.graph, result.program);
  check_internal(fault.empty(), "the program is wrong: " + fault);
  return result;
}

std::string model_name(const std::filesystem::path& model, const std::string& wish) {
  const std::string name = c_identifier(wish.empty() ? model.stem().string() : wish);
  return is_reserved_name(name) ? "model_" + name : name;
}

bool is_reserved_name(const std::string& name) {
  return name.starts_with("spindle");
}

}  // namespace spindle
