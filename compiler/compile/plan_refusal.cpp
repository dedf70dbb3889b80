#include "compiler/compile/plan_refusal.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/lower/select/input_mode.h"
#include "compiler/plan/occupancy.h"
#include "compiler/support/human.h"

namespace spindle {
namespace {

// E0301: no plan fits into --ram.
void report_no_budget(const Compilation& c, const PlanSettings& settings, GroupPlanner& planner,
                      Diagnostics& diagnostics) {
  const Plan plan = planner.whole().free_plan();
  CascadeId peak(0);
  for (const CascadeId id : plan.cascades.ids()) {
    if (live_bytes(plan, id) > live_bytes(plan, peak)) peak = id;
  }
  Diagnostic& error =
      diagnostics.error("E0301",
                        fmt::format("the activations need {}, but `--ram` allows only {}",
                                    human_bytes(plan.arena_bytes), human_bytes(*settings.ram)),
                        fmt::format("{}: cascade {}, {}", c.graph.name, peak.number(),
                                    plan.cascades.empty() ? "" : plan.cascades[peak].name));
  const PlanPoint least = planner.frontier().back();
  error.notes.push_back(
      fmt::format("the smallest plan found takes {} and computes {:.2f} times the model's MACs",
                  human_bytes(least.arena_bytes),
                  1 + static_cast<double>(least.extra_macs) /
                          static_cast<double>(std::max<std::int64_t>(plan.macs, 1))));
  if (settings.input == InputMode::kArena) {
    error.helps.emplace_back(
        "pass `--input-mode=external` or `--input-mode=streamed`, or raise `--ram`");
    return;
  }
  if (settings.input == InputMode::kStreamed && keeps_pushed_rows(c.selection.steps)) {
    error.helps.emplace_back(
        "`--input-u8=MEAN,STD` takes the picture as NHWC bytes, so that it need not be stored "
        "whole");
  }
  error.helps.emplace_back("raise `--ram`; `spindle plan --pareto` lists the possible budgets");
}

// E0302: the regions are too small, although there is a plan with one arena.
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
      fmt::format("the activations need {} in one arena, but the memory map has room for only {}",
                  human_bytes(plan.arena_bytes), human_bytes(room)),
      c.graph.name);
  const auto largest =
      std::max_element(plan.buffers.begin(), plan.buffers.end(),
                       [](const Buffer& a, const Buffer& b) { return a.bytes < b.bytes; });
  if (largest != plan.buffers.end()) {
    error.notes.push_back(
        fmt::format("the largest buffer, '{}', takes {}, and the largest region has {}",
                    largest->name, human_bytes(largest->bytes), human_bytes(largest_region)));
  }
  error.notes.push_back(fmt::format("the smallest plan found takes {} in one arena",
                                    human_bytes(planner.frontier().back().arena_bytes)));
  error.helps.emplace_back("enlarge a region, or let another region hold activations");
}

// Whether there is a plan if all regions are one.
bool fits_without_regions(const Compilation& c, CompilationOptions options) {
  if (options.plan.regions.empty()) return false;
  options.plan.regions.clear();
  return GroupPlanner(c.graph, c.selection, *c.target, options).plan().has_value();
}

}  // namespace

void report_no_plan(const Compilation& c, const CompilationOptions& options, GroupPlanner& planner,
                    Diagnostics& diagnostics) {
  if (fits_without_regions(c, options)) {
    report_no_region(c, options.plan, planner, diagnostics);
  } else {
    report_no_budget(c, options.plan, planner, diagnostics);
  }
}

}  // namespace spindle
