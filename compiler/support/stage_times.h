// How long the passes and the other stages of a compilation take, for --print-after=times.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

// The stages in the order of the table.
enum class Stage : std::uint8_t {
  kPasses,
  kSelection,
  kPlanning,
  kPartition,
  kSimulation,
  kWidening,
  kPlacement,
  kPlanChecker,
  kProgram,
  kProgramChecker,
  kSelfCheck,
  kEmit,
};

struct StageInfo {
  Stage stage;
  std::string_view name;  // in the table: "placement"
  bool part = false;      // of the closest stage before it that is no part itself
};

// All stages in order.
[[nodiscard]] const std::vector<StageInfo>& stages();

// What one run of a pass took and did. A node that a pass rewrites counts as removed and as added.
struct PassRun {
  std::string_view pass;
  std::chrono::nanoseconds time{0};
  std::size_t nodes = 0;    // in the graph after the pass
  std::size_t removed = 0;  // nodes that are no longer there, or not with the same text
  std::size_t added = 0;    // nodes that were not there before, or not with the same text
};

// Records the times of all compilations in this process for as long as it lives, and sums them up.
// There is at most one at a time, and it must outlive every TimedStage that begins after it.
class StageTimes {
 public:
  StageTimes();
  StageTimes(const StageTimes&) = delete;
  StageTimes& operator=(const StageTimes&) = delete;
  ~StageTimes();

  // Adds one call of a stage. Any thread may do so.
  void add(Stage stage, std::chrono::nanoseconds time);

  // Adds a run of the pass that is at `index` in the order of all passes. Only one thread may do
  // so, and each pass must have been added before the ones behind it.
  void add(std::size_t index, const PassRun& run);

  // Two tables, each below a line of headings. The first has the passes in their order: the
  // milliseconds, the nodes of the graph after the pass, and how many of them were removed and
  // added. The second has all stages: the number of calls and the milliseconds. A part of a stage
  // is indented.
  [[nodiscard]] std::string text() const;

 private:
  struct Sum {
    std::int64_t calls = 0;
    std::chrono::nanoseconds time{0};
  };

  mutable std::mutex mutex_;  // guards stages_
  std::vector<Sum> stages_;   // by Stage
  std::vector<PassRun> passes_;
};

// The record that exists now; null if there is none.
[[nodiscard]] StageTimes* recorded_times();

// The stage lasts as long as this object lives. Without a record, nothing is measured.
class TimedStage {
 public:
  explicit TimedStage(Stage stage);
  TimedStage(const TimedStage&) = delete;
  TimedStage& operator=(const TimedStage&) = delete;
  ~TimedStage();

 private:
  using Clock = std::chrono::steady_clock;

  StageTimes* times_;
  Stage stage_;
  Clock::time_point begin_;
};

}  // namespace spindle
