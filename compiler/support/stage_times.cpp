#include "compiler/support/stage_times.h"

#include <fmt/format.h>

namespace spindle {
namespace {

StageTimes* the_times = nullptr;

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

const std::vector<StageInfo>& stages() {
  static const std::vector<StageInfo> all{
      {.stage = Stage::kPasses, .name = "passes"},
      {.stage = Stage::kSelection, .name = "kernel selection"},
      {.stage = Stage::kPlanning, .name = "planning"},
      {.stage = Stage::kPartition, .name = "partition into cascades", .part = true},
      {.stage = Stage::kSimulation, .name = "simulation of rows", .part = true},
      {.stage = Stage::kWidening, .name = "widening of calls", .part = true},
      {.stage = Stage::kPlacement, .name = "placement", .part = true},
      {.stage = Stage::kPlanChecker, .name = "plan checker", .part = true},
      {.stage = Stage::kProgram, .name = "program"},
      {.stage = Stage::kProgramChecker, .name = "program checker"},
      {.stage = Stage::kSelfCheck, .name = "self-check"},
      {.stage = Stage::kEmit, .name = "emit"},
  };
  return all;
}

StageTimes::StageTimes() : stages_(stages().size()) {
  the_times = this;
}

StageTimes::~StageTimes() {
  the_times = nullptr;
}

void StageTimes::add(Stage stage, std::chrono::nanoseconds time) {
  const std::lock_guard lock(mutex_);
  Sum& sum = stages_[static_cast<std::size_t>(stage)];
  ++sum.calls;
  sum.time += time;
}

void StageTimes::add(std::size_t index, const PassRun& run) {
  if (index == passes_.size()) passes_.push_back({.pass = run.pass});
  PassRun& sum = passes_.at(index);
  sum.time += run.time;
  sum.nodes += run.nodes;
  sum.removed += run.removed;
  sum.added += run.added;
}

std::string StageTimes::text() const {
  std::string text =
      fmt::format("{:<26}{:>10}{:>9}{:>9}{:>9}\n", "pass", "ms", "nodes", "removed", "added");
  for (const PassRun& pass : passes_) {
    text += fmt::format("{:<26}{:>10.2f}{:>9}{:>9}{:>9}\n", pass.pass, milliseconds(pass.time),
                        pass.nodes, pass.removed, pass.added);
  }
  text += fmt::format("\n{:<26}{:>10}{:>9}\n", "stage", "ms", "calls");
  const std::lock_guard lock(mutex_);
  for (const StageInfo& info : stages()) {
    const Sum& sum = stages_[static_cast<std::size_t>(info.stage)];
    text += fmt::format("{:<26}{:>10.2f}{:>9}\n", (info.part ? "  " : "") + std::string(info.name),
                        milliseconds(sum.time), sum.calls);
  }
  return text +
         "\nTimes are wall time. The indented stages are parts of the one above them. They run\n"
         "within each other and on several threads at once, so their sum may be larger.\n";
}

StageTimes* recorded_times() {
  return the_times;
}

TimedStage::TimedStage(Stage stage) : times_(the_times), stage_(stage) {
  if (times_ != nullptr) begin_ = Clock::now();
}

TimedStage::~TimedStage() {
  if (times_ != nullptr) times_->add(stage_, Clock::now() - begin_);
}

}  // namespace spindle
