// Finds ways to run a cascade in less memory for more work: which of its steps to join into
// patches.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/lives.h"
#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"

namespace spindle {

struct CascadeWay {
  std::int64_t bytes = 0;  // CascadeCost::bytes
  std::int64_t extra_macs = 0;
  std::vector<Patch> patches;
};

// Each step of a cascade may stay in the chain that fuse_columns joins it to, or be part of a patch
// that spans one or more windows, with several sizes of bands and tiles. The memory of a choice is
// first estimated: for each patch, the rings that vanish and the rows that its inputs and output
// must keep, plus the largest scratch of all. For each bound on that scratch, dynamic programming
// along the cascade finds the choices that no other one beats in both memory and work. The most
// promising of these are then measured exactly with cascade_cost.
class Recompute {
 public:
  Recompute(const StepGraph& graph, const ValueUses& uses, const Lives& lives)
      : graph_(graph), uses_(uses), lives_(lives) {}

  // The way with the least extra work, of those tried, that needs at most `limit` bytes. With
  // `free_only`, only ways without extra work are tried. nullopt if none fits.
  [[nodiscard]] std::optional<CascadeWay> within(StepId first, StepId end, std::int64_t limit,
                                                 bool free_only);

  // The ways of which no other one tried has both less memory and less work, by descending memory.
  [[nodiscard]] std::vector<CascadeWay> frontier(StepId first, StepId end);

 private:
  struct Option {
    Patch patch;
    std::int64_t scratch = 0;
    std::int64_t extra_macs = 0;
    // A value that the joined step reads, and the bytes of the rows that one band needs of it. Each
    // value appears once.
    struct Read {
      ValueId value;
      std::int64_t bytes;
    };
    std::vector<Read> reads;
    ValueId output;
  };

  [[nodiscard]] std::vector<Option::Read> reads_of(const PlannedStep& joined) const;
  [[nodiscard]] const std::vector<Option>& options(StepId last);
  [[nodiscard]] std::vector<Option> find_options(StepId last) const;
  [[nodiscard]] const std::vector<CascadeWay>& estimates(StepId first, StepId end, bool free_only);
  [[nodiscard]] std::vector<CascadeWay> find_estimates(StepId first, StepId end, bool free_only);
  [[nodiscard]] CascadeWay measured(StepId first, StepId end, const CascadeWay& way) const;

  const StepGraph& graph_;
  const ValueUses& uses_;
  const Lives& lives_;
  std::mutex mutex_;                               // guards the two caches below
  std::map<StepId, std::vector<Option>> options_;  // by the last step of the patch
  std::map<std::tuple<StepId, StepId, bool>, std::vector<CascadeWay>> estimates_;
};

}  // namespace spindle
