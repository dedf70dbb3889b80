// Divides the steps into cascades.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "compiler/plan/fuse_columns.h"
#include "compiler/plan/lives.h"
#include "compiler/plan/recompute.h"
#include "compiler/plan/steps.h"

namespace spindle {

// Streamed input: the first cascade runs while rows arrive, so it holds every step up to the last
// that is given a row, and none that writes an output, which is known only when all have arrived.
struct StreamedSteps {
  explicit StreamedSteps(const StepGraph& graph);
  StepId last_reader = -1;   // -1 if no input is streamed
  StepId first_writer = -1;  // of an output, or of its sums; -1 if no input is streamed
};

// Places at which a cascade may end (StepIds, ascending, 0 and the step count included): never
// inside an inverted residual, between the stem and the first of them, between a window and the
// pointwise step that alone reads it (whose joined output can follow closer behind the input than
// one after the other), or between a reduction and the rows it sums up.
[[nodiscard]] std::vector<StepId> cut_points(const StepGraph& graph);

// A cascade of a partition: it ends before step `end`, and computes `patches` again.
struct CascadeChoice {
  StepId end = 0;
  std::vector<Patch> patches;
  Width width = {};
};

struct Partition {
  std::int64_t peak = 0;  // bytes of the largest cascade
  std::int64_t extra_macs = 0;
  std::vector<CascadeChoice> cascades;
};

// Finds partitions. The peak of a partition is the largest cascade_cost of its cascades, its extra
// work the sum of theirs, and both depend on a cascade's own ends and patches only: which values
// are alive is decided by step order, not by other cuts. So, over the ends of cascades,
// peak(j) = min over i of max(peak(i), cost(i, j)) is exact, and so is, for a given peak,
// extra(j) = min over i of extra(i) + extra(i, j).
// Patches within a cascade are chosen by recompute.h, which is not exact.
class PartitionSearch {
 public:
  PartitionSearch(const StepGraph& graph, const ValueUses& uses);
  PartitionSearch(const PartitionSearch&) = delete;
  PartitionSearch& operator=(const PartitionSearch&) = delete;

  // Of the values of the graph.
  [[nodiscard]] const Lives& lives() const { return lives_; }

  // Nothing computed twice, joined in tiles of the usual size, with the least peak; among those,
  // the one with the most cascades, so that no cascade is longer than it need be.
  [[nodiscard]] Partition without_recompute() const;

  // The least extra work within `peak` bytes, or none at all; nothing if no partition found fits.
  enum class Work { kLeast, kNone };
  [[nodiscard]] std::optional<Partition> within(std::int64_t peak, Work work = Work::kLeast);

  // Every partition that no other one beats in both peak and extra work, from without_recompute on
  // downwards in RAM.
  [[nodiscard]] const std::vector<Partition>& frontier();

 private:
  struct Range {  // a possible cascade
    std::int64_t bytes = 0;
    std::int64_t least = 0;  // bytes that no patch saves: what passes its ends
  };
  struct Way {
    std::int64_t bytes = 0;
    std::int64_t extra_macs = 0;
    std::vector<Patch> patches;
  };
  using Ways = std::function<std::optional<Way>(std::size_t, std::size_t)>;

  [[nodiscard]] std::optional<Partition> best(const Ways& ways) const;
  [[nodiscard]] const Range* range(std::size_t i, std::size_t j) const;
  [[nodiscard]] static std::size_t begin_before(std::size_t j);
  void find_bounds();
  [[nodiscard]] bool may_help(std::size_t i, std::size_t j, std::int64_t least,
                              std::int64_t most) const;
  [[nodiscard]] std::vector<Partition> find_frontier();

  const StepGraph& graph_;
  const ValueUses& uses_;
  Lives lives_;
  std::vector<StepId> cuts_;
  std::vector<std::vector<Range>> ranges_;  // from cut i, to cut i + 1 + index
  // Least peak between two cuts with nothing computed twice: [i][j - i], as far apart as the ends
  // of a cascade; and from the first cut to the last.
  std::vector<std::vector<std::int64_t>> free_peak_;
  std::int64_t least_peak_ = 0;
  // Below these no peak can be: of what is before a cut, of what is behind it.
  std::vector<std::int64_t> bound_before_, bound_behind_;
  Recompute recompute_;
  std::optional<std::vector<Partition>> frontier_;  // once it is known
};

}  // namespace spindle
