// Ways to run a cascade in less memory for more work: which of its steps to join into patches.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>
#include <vector>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/lives.h"
#include "compiler/plan/steps.h"

namespace spindle {

struct CascadeWay {
  std::int64_t bytes = 0;  // CascadeCost::bytes
  std::int64_t extra_macs = 0;
  std::vector<Patch> patches;
};

// Each step may stay in the group it is joined to, or be part of a patch that reaches over one or
// more windows, in bands and tiles of several sizes. What a choice saves is estimated as a sum over
// the patches (rings that vanish, rows that their inputs and outputs keep) plus the largest
// scratch; for each bound on the scratch, the choices that no other beats are found by dynamic
// programming along the cascade. The most promising are then measured by cascade_cost.
class Recompute {
 public:
  Recompute(const StepGraph& graph, const ValueUses& uses, const Lives& lives)
      : graph_(graph), uses_(uses), lives_(lives) {}

  // The least extra work within `limit` bytes, of the ways that were tried; `free_only` tries those
  // without any.
  [[nodiscard]] std::optional<CascadeWay> within(StepId first, StepId end, std::int64_t limit,
                                                 bool free_only);

  // Ways that no other one tried beats, from more memory to less.
  [[nodiscard]] std::vector<CascadeWay> frontier(StepId first, StepId end);

 private:
  struct Option {
    Patch patch;
    std::int64_t scratch = 0;
    std::int64_t extra_macs = 0;
    // What a call of the joined step reads, each value once: bytes of the rows that a band needs.
    struct Read {
      ValueId value;
      std::int64_t bytes;
    };
    std::vector<Read> reads;
    ValueId output = -1;
  };

  [[nodiscard]] std::vector<Option::Read> reads_of(const Step& joined) const;
  [[nodiscard]] const std::vector<Option>& options(StepId last);
  [[nodiscard]] std::vector<Option> find_options(StepId last) const;
  [[nodiscard]] const std::vector<CascadeWay>& estimates(StepId first, StepId end, bool free_only);
  [[nodiscard]] std::vector<CascadeWay> find_estimates(StepId first, StepId end, bool free_only);
  [[nodiscard]] CascadeWay measured(StepId first, StepId end, const CascadeWay& way) const;

  const StepGraph& graph_;
  const ValueUses& uses_;
  const Lives& lives_;
  std::mutex mutex_;                               // of what is known, below
  std::map<StepId, std::vector<Option>> options_;  // by the patch's last step
  std::map<std::tuple<StepId, StepId, bool>, std::vector<CascadeWay>> estimates_;
};

}  // namespace spindle
