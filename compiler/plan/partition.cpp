#include "compiler/plan/partition.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <utility>

#include "compiler/plan/cascade_cost.h"
#include "compiler/plan/place.h"
#include "compiler/support/parallel.h"
#include "compiler/support/stage_times.h"

namespace spindle {
namespace {

constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max();

// The longest cascade tried, in ranges between neighbouring cut points ("atoms"). This keeps
// planning of large graphs within a second or two. Long cascades rarely win, since their rings add
// up.
constexpr std::size_t kMostAtoms = 24;

// At most this many steps before the first block count as its stem, and stay in one cascade with
// it.
constexpr int kMostStem = 16;

bool is_window(const Step& step) {
  return std::any_of(step.inputs.begin(), step.inputs.end(), [](const StepInput& input) {
    return input.column_window && input.access.extent > 1;
  });
}

bool is_pointwise(const Step& step) {
  return step.flat && step.inputs.size() == 1 && step.inputs[0].columnwise;
}

}  // namespace

StreamedSteps::StreamedSteps(const StepGraph& graph) {
  const auto is = [&](ValueId id, Storage storage) { return graph.value(id).storage == storage; };
  for (const StepId id : graph.steps.ids()) {
    const Step& step = graph.step(id);
    const bool reads = step.receives ||
                       std::any_of(step.inputs.begin(), step.inputs.end(), [&](const auto& input) {
                         return is(input.value, Storage::kStream);
                       });
    if (reads) last_reader = id;
    if (!first_writer && is(step.output, Storage::kOutput)) first_writer = id;
  }
  if (!last_reader) first_writer = {};
  // Partial sums stay in one cascade with the step that finishes them.
  while (first_writer > StepId(0) && graph.value(graph.step(first_writer - 1).output).accumulator) {
    --first_writer;
  }
}

std::vector<StepId> cut_points(const StepGraph& graph) {
  const ValueUses uses(graph);
  std::vector<StepId> cuts{StepId(0)};
  const StepId count = graph.steps.end_id();
  const StepId first_block(std::find_if(graph.steps.begin(), graph.steps.end(),
                                        [](const Step& step) { return step.block == BlockId(0); }) -
                           graph.steps.begin());
  const StreamedSteps streamed(graph);
  for (StepId step(1); step < count; ++step) {
    if (step <= streamed.last_reader) continue;
    const Step& before = graph.step(step - 1);
    const Step& self = graph.step(step);
    const auto& readers = uses.readers[before.output];
    const bool feeds = !readers.empty() && readers.back() == step;  // and no later step reads it
    const bool same_block = before.block && before.block == self.block;
    const bool stem =
        step <= first_block && first_block < count && first_block - step < kMostStem && feeds;
    const bool reduction =
        graph.value(before.output).accumulator || (graph.value(self.output).accumulator && feeds);
    const bool separable = feeds && readers.size() == 1 && is_window(before) && is_pointwise(self);
    const bool forced = step == streamed.first_writer;
    if (forced || (!same_block && !stem && !reduction && !separable)) cuts.push_back(step);
  }
  if (!graph.steps.empty()) cuts.push_back(count);
  return cuts;
}

PartitionSearch::PartitionSearch(const StepGraph& graph, const ValueUses& uses)
    : graph_(graph),
      uses_(uses),
      lives_(graph, uses),
      cuts_(cut_points(graph)),
      recompute_(graph, uses, lives_) {
  const TimedStage stage(Stage::kPartition);
  const StreamedSteps streamed(graph);
  ranges_.resize(cuts_.size());
  parallel_for(cuts_.size() - 1, [&](std::size_t i) {
    for (std::size_t j = i + 1; j < std::min(cuts_.size(), i + 1 + kMostAtoms); ++j) {
      if (i == 0 && streamed.first_writer && cuts_[j] > streamed.first_writer) break;
      const CascadeCost cost = cascade_cost({graph, uses, lives_}, cuts_[i], cuts_[j]);
      Range range{cost.bytes, cost.bytes};
      std::int64_t scratch = 0;
      for (const PlannedStepId id : cost.steps.ids()) {
        const PlannedStep& step = cost.steps[id];
        const Value& value = graph.value(step.output);
        scratch = std::max(scratch, step.scratch_bytes);
        if (value.storage != Storage::kArena || uses.last(step.output) >= cuts_[j]) continue;
        range.least -= align_up(cost.ring[id] * value.row_bytes);
      }
      range.least -= align_up(scratch);
      ranges_[i].push_back(range);
    }
  });
  find_bounds();
}

// The first cut at which a cascade that ends at cut j may begin.
std::size_t PartitionSearch::begin_before(std::size_t j) {
  return j - std::min(j, kMostAtoms);
}

void PartitionSearch::find_bounds() {
  const std::size_t n = cuts_.size();
  // The least peak of partitions of the steps from cut `start` to each cut in [start, end).
  const auto peaks = [&](std::size_t start, std::size_t end, std::int64_t Range::* bytes) {
    std::vector<std::int64_t> peak(end - start, kInfinite);
    peak[0] = 0;
    for (std::size_t j = start + 1; j < end; ++j) {
      for (std::size_t i = std::max(start, begin_before(j)); i < j; ++i) {
        if (range(i, j) == nullptr) continue;
        peak[j - start] = std::min(peak[j - start], std::max(peak[i - start], range(i, j)->*bytes));
      }
    }
    return peak;
  };
  for (std::size_t start = 0; start < n; ++start) {
    free_peak_.push_back(peaks(start, std::min(n, start + kMostAtoms + 1), &Range::bytes));
  }
  least_peak_ = peaks(0, n, &Range::bytes).back();
  bound_before_ = peaks(0, n, &Range::least);
  bound_behind_.assign(n, kInfinite);
  bound_behind_.back() = 0;
  for (std::size_t i = n - 1; i-- > 0;) {
    for (std::size_t j = i + 1; j < n && range(i, j) != nullptr; ++j) {
      bound_behind_[i] = std::min(bound_behind_[i], std::max(bound_behind_[j], range(i, j)->least));
    }
  }
}

// Whether a cascade from cut i to cut j with recomputation may be part of a best partition with a
// peak of `least` to `most` bytes. It cannot be if the steps before, in or after it need more than
// that in any case, or if shorter cascades need no more than `least` without recomputing. A patch
// may let an output overlay its input more closely, which Range::least does not know, so that a bit
// more is allowed.
bool PartitionSearch::may_help(std::size_t i, std::size_t j, std::int64_t least,
                               std::int64_t most) const {
  return std::max({bound_before_[i], range(i, j)->least, bound_behind_[j]}) < most + most / 16 &&
         free_peak_[i][j - i] > least;
}

const PartitionSearch::Range* PartitionSearch::range(std::size_t i, std::size_t j) const {
  return j - i - 1 < ranges_[i].size() ? &ranges_[i][j - i - 1] : nullptr;
}

std::optional<Partition> PartitionSearch::best(const Ways& ways) const {
  struct Best {
    std::int64_t extra = kInfinite;
    int cascades = 0;
    std::size_t from = 0;
    Way way;
  };
  const std::size_t n = cuts_.size();
  std::vector<Best> best(n);
  best[0].extra = 0;
  std::size_t reached = 0;
  for (std::size_t j = 1; j < n; ++j) {
    if (j - reached > kMostAtoms) return std::nullopt;  // no cascade is that long
    for (std::size_t i = begin_before(j); i < j; ++i) {
      if (best[i].extra == kInfinite || range(i, j) == nullptr) continue;
      std::optional<Way> way = ways(i, j);
      if (!way) continue;
      const std::int64_t extra = best[i].extra + way->extra_macs;
      const int cascades = best[i].cascades + 1;
      if (extra > best[j].extra || (extra == best[j].extra && cascades <= best[j].cascades)) {
        continue;
      }
      best[j] = {.extra = extra, .cascades = cascades, .from = i, .way = std::move(*way)};
      reached = j;
    }
  }
  if (best[n - 1].extra == kInfinite) return std::nullopt;
  Partition partition;
  partition.extra_macs = best[n - 1].extra;
  for (std::size_t j = n - 1; j > 0; j = best[j].from) {
    partition.cascades.push_back({cuts_[j], best[j].way.patches});
    partition.peak = std::max(partition.peak, best[j].way.bytes);
  }
  std::reverse(partition.cascades.begin(), partition.cascades.end());
  return partition;
}

Partition PartitionSearch::without_recompute() const {
  const std::size_t n = cuts_.size();
  if (n < 2) return {};
  const std::int64_t peak = least_peak_;
  return *best([&](std::size_t i, std::size_t j) -> std::optional<Way> {
    if (range(i, j)->bytes > peak) return std::nullopt;
    return Way{range(i, j)->bytes, 0, {}};
  });
}

std::optional<Partition> PartitionSearch::within(std::int64_t peak, Work work) {
  const TimedStage stage(Stage::kPartition);
  if (cuts_.size() < 2) return peak >= 0 ? std::optional<Partition>(Partition{}) : std::nullopt;
  if (bound_before_.back() > peak + peak / 16) return std::nullopt;
  return best([&](std::size_t i, std::size_t j) -> std::optional<Way> {
    if (range(i, j)->bytes <= peak) return Way{range(i, j)->bytes, 0, {}};
    if (!may_help(i, j, peak, peak)) return std::nullopt;
    std::optional<CascadeWay> way =
        recompute_.within(cuts_[i], cuts_[j], peak, work == Work::kNone);
    if (!way) return std::nullopt;
    return Way{way->bytes, way->extra_macs, std::move(way->patches)};
  });
}

const std::vector<Partition>& PartitionSearch::frontier() {
  const TimedStage stage(Stage::kPartition);
  if (!frontier_) frontier_ = find_frontier();
  return *frontier_;
}

std::vector<Partition> PartitionSearch::find_frontier() {
  std::vector<Partition> frontier{without_recompute()};
  if (cuts_.size() < 2) return frontier;
  const std::int64_t bound = bound_before_.back();  // of every peak, but for closer overlays
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::vector<std::size_t> begin;  // by cut: index in `ranges` of the first that begins there
  for (std::size_t i = 0; i + 1 < cuts_.size(); ++i) {
    begin.push_back(ranges.size());
    for (std::size_t j = i + 1; j < cuts_.size() && range(i, j) != nullptr; ++j) {
      ranges.emplace_back(i, j);
    }
  }
  std::vector<std::vector<CascadeWay>> found(ranges.size());
  parallel_for(ranges.size(), [&](std::size_t index) {
    const auto [i, j] = ranges[index];
    if (may_help(i, j, bound, frontier[0].peak)) {
      found[index] = recompute_.frontier(cuts_[i], cuts_[j]);
    }
    found[index].insert(found[index].begin(), {range(i, j)->bytes, 0, {}});
  });
  std::set<std::int64_t, std::greater<>> peaks;
  for (const std::vector<CascadeWay>& ways : found) {
    for (const CascadeWay& way : ways) {
      if (way.bytes < frontier[0].peak) peaks.insert(way.bytes);
    }
  }
  for (std::int64_t peak : peaks) {
    // The last partition found is also the best for every limit down to its own peak.
    if (peak >= frontier.back().peak) continue;
    std::optional<Partition> point = best([&](std::size_t i, std::size_t j) -> std::optional<Way> {
      const CascadeWay* least = nullptr;
      for (const CascadeWay& way : found[begin[i] + (j - i - 1)]) {
        const bool better = least == nullptr || way.extra_macs < least->extra_macs;
        if (way.bytes <= peak && better) least = &way;
      }
      if (least == nullptr) return std::nullopt;
      return Way{least->bytes, least->extra_macs, least->patches};
    });
    if (!point) break;  // then no smaller peak is possible either
    if (point->extra_macs == frontier.back().extra_macs) frontier.pop_back();
    frontier.push_back(std::move(*point));
  }
  return frontier;
}

}  // namespace spindle
