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

// Limits of the first cascade if an input is streamed. This cascade runs while rows arrive, so it
// holds every step up to the last one that reads a pushed row. It holds no step that writes an
// output, because the caller passes the output buffers only after the last row.
struct StreamedSteps {
  explicit StreamedSteps(const StepGraph& graph);
  // Both are none if no input is streamed.
  StepId last_reader;
  StepId first_writer;  // of an output or of partial sums for it
};

// The places at which a cascade may end: StepIds in ascending order, 0 and the step count included.
// A cut at step s separates it from step s - 1. There is no cut
//
// - inside an inverted residual,
// - between the stem and the first inverted residual,
// - between a window and the pointwise step that alone reads it, because the output of both
//   together can overlay their input more closely than the outputs of one after the other,
// - between a reduction and the rows that it sums up.
//
// With a streamed input, there is none up to the last step that reads it, and always one at
// StreamedSteps::first_writer.
[[nodiscard]] std::vector<StepId> cut_points(const StepGraph& graph);

// One cascade of a partition. It begins where the one before it ends, at step 0 for the first, and
// ends before step `end`.
struct CascadeChoice {
  StepId end;
  std::vector<Patch> patches;
  Width width = {};
};

struct Partition {
  std::int64_t peak = 0;  // bytes of the cascade that needs the most
  std::int64_t extra_macs = 0;
  std::vector<CascadeChoice> cascades;
};

// Finds partitions by dynamic programming over the cut points. The peak of a partition is the
// largest cascade_cost of its cascades, and its extra work is the sum of theirs. Both depend only
// on where a cascade begins and ends and on its patches: which values are alive follows from the
// order of steps, not from other cuts. So these recurrences over the ends of cascades are exact,
// the second one for a given peak:
//
//   peak(j)  = min over i of max(peak(i), cost(i, j))
//   extra(j) = min over i of extra(i) + extra(i, j)
//
// The choice of patches within a cascade (recompute.h) is not exact.
class PartitionSearch {
 public:
  PartitionSearch(const StepGraph& graph, const ValueUses& uses);
  PartitionSearch(const PartitionSearch&) = delete;
  PartitionSearch& operator=(const PartitionSearch&) = delete;

  [[nodiscard]] const Lives& lives() const { return lives_; }

  // The partition with the least peak that computes nothing twice and has tiles of the usual size.
  // Of several such partitions, the one with the most cascades, so that none is longer than needed.
  [[nodiscard]] Partition without_recompute() const;

  // The partition with the least extra work (kLeast), or with none at all (kNone), whose peak is at
  // most `peak` bytes. nullopt if none was found.
  enum class Work { kLeast, kNone };
  [[nodiscard]] std::optional<Partition> within(std::int64_t peak, Work work = Work::kLeast);

  // The partitions found of which no other one has both a smaller peak and less extra work, by
  // descending peak, from without_recompute() on.
  [[nodiscard]] const std::vector<Partition>& frontier();

 private:
  struct Range {  // a possible cascade, between two cuts
    std::int64_t bytes = 0;
    std::int64_t least = 0;  // without rings and scratch: patches save little of the rest
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
  std::vector<std::vector<Range>> ranges_;  // [i][k]: from cut i to cut i + 1 + k
  // The least peak from cut i to cut j if nothing is computed twice: [i][j - i], for cuts that are
  // at most as far apart as the ends of a cascade.
  std::vector<std::vector<std::int64_t>> free_peak_;
  std::int64_t least_peak_ = 0;
  // By cut, what every peak is at least but for closer overlays: of the cascades before the cut,
  // and of those after it.
  std::vector<std::int64_t> bound_before_, bound_behind_;
  Recompute recompute_;
  std::optional<std::vector<Partition>> frontier_;  // empty until frontier() is called
};

}  // namespace spindle
