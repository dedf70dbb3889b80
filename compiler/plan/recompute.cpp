#include "compiler/plan/recompute.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "compiler/plan/cascade_cost.h"
#include "compiler/plan/joinable.h"
#include "compiler/plan/place.h"
#include "compiler/support/id_range_vector.h"

namespace spindle {
namespace {

constexpr std::int64_t kBands[] = {1, 2, 3, 4, 6, 8, 12, 16};
constexpr std::int64_t kTiles[] = {1, 2, 3, 4, 6, 8, 14};  // tiles per row
constexpr std::int64_t kLeastTile = 2;
constexpr int kLongPatch = 4;  // by_member is tried from this distance of first and last step on
constexpr std::size_t kMostMeasured = 16;  // ways of a cascade that are measured
constexpr std::size_t kMostLabels = 32;

// Rows of `value` that a call of `step` needs, if its band is not at an edge.
std::int64_t rows_needed(const PlannedStep& step, ValueId value, std::int64_t rows) {
  std::int64_t first = 0;
  std::int64_t end = 0;
  bool any = false;
  for (const StepInput& input : step.inputs) {
    if (input.value != value) continue;
    const RowAccess& a = input.access;
    if (!a.is_window()) return rows;
    const std::int64_t last = (step.band - 1) * a.num + a.offset + a.extent;
    first = any ? std::min(first, a.offset) : a.offset;
    end = any ? std::max(end, last) : last;
    any = true;
  }
  return std::clamp<std::int64_t>(end - first, 1, rows);
}

// Some of the bounds, in descending order from the largest: each at least 1/8 below the one before.
std::vector<std::int64_t> thinned(const std::set<std::int64_t>& bounds) {
  std::vector<std::int64_t> few;
  for (auto bound = bounds.rbegin(); bound != bounds.rend(); ++bound) {
    if (few.empty() || *bound <= few.back() - few.back() / 8) few.push_back(*bound);
  }
  return few;
}

// Whether a band may need fewer rows of some member than its rows need one by one. If not, a band
// saves nothing.
bool reaches_over_rows(const PlannedStep& joined) {
  return std::any_of(
      joined.members.begin(), joined.members.end(),
      [](const PlannedStep::Member& member) { return member.row_access != RowAccess{}; });
}

// Keeps `most` of the ways, evenly spaced, first and last included.
template <typename Way>
void keep_evenly(std::vector<Way>& ways, std::size_t most) {
  if (ways.size() <= most) return;
  for (std::size_t i = 0; i < most; ++i) {
    const std::size_t from = i * (ways.size() - 1) / (most - 1);
    if (from != i) ways[i] = std::move(ways[from]);
  }
  ways.erase(ways.begin() + static_cast<std::ptrdiff_t>(most), ways.end());
}

// Drops every way that another one beats in both bytes and work, and sorts the rest by ascending
// work. Keeps at most `most`.
template <typename Way>
void keep_best(std::vector<Way>& ways, std::size_t most) {
  std::stable_sort(ways.begin(), ways.end(), [](const Way& a, const Way& b) {
    return a.extra_macs != b.extra_macs ? a.extra_macs < b.extra_macs : a.bytes < b.bytes;
  });
  std::vector<Way> best;
  for (Way& way : ways) {
    if (best.empty() || way.bytes < best.back().bytes) best.push_back(std::move(way));
  }
  keep_evenly(best, most);
  ways = std::move(best);
}

// A patch that is an option at its last step.
struct Choice {
  std::int64_t bytes;  // change in bytes compared to no patch, scratch excluded
  std::int64_t extra_macs;
  std::int64_t scratch;
  const Patch* patch;
};

// Sorts by the patch's first step, then by work, then by bytes.
void sort_choices(std::vector<Choice>& choices) {
  std::stable_sort(choices.begin(), choices.end(), [](const Choice& a, const Choice& b) {
    if (a.patch->first != b.patch->first) return a.patch->first < b.patch->first;
    return a.extra_macs != b.extra_macs ? a.extra_macs < b.extra_macs : a.bytes < b.bytes;
  });
}

// From sorted choices, takes those within the bound on scratch that no other one with the same
// first step beats.
void best_within(const std::vector<Choice>& choices, std::int64_t bound,
                 std::vector<Choice>& best) {
  best.clear();
  for (const Choice& choice : choices) {
    if (choice.scratch > bound) continue;
    const bool alike = !best.empty() && best.back().patch->first == choice.patch->first;
    if (!alike || choice.bytes < best.back().bytes) best.push_back(choice);
  }
}

// The dynamic programming: for each step of a cascade, and for its end, the ways ("labels") to run
// all steps before it that no other one beats in both bytes and work.
class LabelSearch {
 public:
  LabelSearch(StepId first, StepId end) : first_(first), end_(end), before_(first, end + 1) {}

  // Starts a new search with this many bytes. Complete ways found so far are kept.
  void start(std::int64_t bytes) {
    for (auto& labels : before_) labels.clear();
    before_[first_].push_back(
        {.bytes = bytes, .extra_macs = 0, .last = {nullptr, -1}, .index = -1});
  }
  // Extends the labels before `step`: it runs as without patches.
  void keep(StepId step) {
    merge(before_[step + 1], before_[step], [](const Label& label) { return label; });
  }
  // Extends the labels before the patch of `choice`.
  void join(const Choice& choice) {
    const Patch& patch = *choice.patch;
    merge(before_[patch.last + 1], before_[patch.first], [&](const Label& label) {
      return Label{.bytes = label.bytes + choice.bytes,
                   .extra_macs = label.extra_macs + choice.extra_macs,
                   .last = {choice.patch, label.index},
                   .index = -1};
    });
  }
  // Keeps some of the labels before `step`, evenly spaced.
  void thin(StepId step) {
    keep_evenly(before_[step], kMostLabels);  // merge() has already dropped what is beaten
    for (Label& label : before_[step]) {
      if (label.index >= 0 || label.last.patch == nullptr) continue;
      label.index = static_cast<int>(taken_.size());
      taken_.push_back(label.last);
    }
    if (step < end_) return;
    found_.insert(found_.end(), before_[step].begin(), before_[step].end());
  }

  [[nodiscard]] std::vector<CascadeWay> ways() {
    keep_best(found_, found_.size() + 2);
    std::vector<CascadeWay> ways;
    for (const Label& label : found_) {
      CascadeWay way{label.bytes, label.extra_macs, {}};
      for (int i = label.index; i >= 0; i = taken_[i].before) {
        way.patches.push_back(*taken_[i].patch);
      }
      if (way.patches.empty()) continue;
      std::reverse(way.patches.begin(), way.patches.end());
      ways.push_back(std::move(way));
    }
    return ways;
  }

 private:
  struct Taken {
    const Patch* patch;
    int before;  // index in taken_ of the patch taken before this one; -1 if none
  };
  struct Label {
    std::int64_t bytes;
    std::int64_t extra_macs;
    Taken last;
    int index;  // index of `last` in taken_; -1 until thin() decides to keep the label
  };

  // Adds `next(label)` for each label of `more` to `labels`, and drops those that another one
  // beats. Of two equal ones, the one that was already in `labels` stays. Both lists are sorted by
  // ascending work and so by descending bytes. Most labels are dropped here at once; sorting them
  // all at the end would take most of the search's time.
  template <typename Next>
  void merge(std::vector<Label>& labels, const std::vector<Label>& more, const Next& next) {
    merged_.clear();
    const auto add = [&](const Label& label) {
      if (!merged_.empty() && merged_.back().bytes <= label.bytes) return;
      if (!merged_.empty() && merged_.back().extra_macs == label.extra_macs) merged_.pop_back();
      merged_.push_back(label);
    };
    auto old = labels.begin();
    for (const Label& label : more) {
      const Label added = next(label);
      while (old != labels.end() && old->extra_macs <= added.extra_macs) add(*old++);
      add(added);
    }
    while (old != labels.end()) add(*old++);
    labels.swap(merged_);
  }

  StepId first_, end_;
  IdRangeVector<StepId, std::vector<Label>> before_;
  std::vector<Label> merged_;  // a member to reuse its memory
  std::vector<Taken> taken_;
  std::vector<Label> found_;
};

}  // namespace

namespace {

// Returns the cached result of `find` for `key`. `find` runs without the lock, so that other
// threads need not wait. Two threads may compute the same result; one of them is kept.
template <typename Key, typename Result, typename Find>
const Result& remembered(std::map<Key, Result>& known, std::mutex& mutex, const Key& key,
                         const Find& find) {
  {
    const std::lock_guard lock(mutex);
    const auto entry = known.find(key);
    if (entry != known.end()) return entry->second;
  }
  Result result = find();
  const std::lock_guard lock(mutex);
  return known.try_emplace(key, std::move(result)).first->second;
}

}  // namespace

std::vector<Recompute::Option::Read> Recompute::reads_of(const PlannedStep& joined) const {
  std::vector<Option::Read> reads;
  for (const StepInput& input : joined.inputs) {
    const bool known = std::any_of(reads.begin(), reads.end(), [&](const Option::Read& read) {
      return read.value == input.value;
    });
    if (known) continue;
    const Value& value = graph_.value(input.value);
    reads.push_back({input.value, rows_needed(joined, input.value, value.rows) * value.row_bytes});
  }
  return reads;
}

const std::vector<Recompute::Option>& Recompute::options(StepId last) {
  return remembered(options_, mutex_, last, [&] { return find_options(last); });
}

std::vector<Recompute::Option> Recompute::find_options(StepId last) const {
  std::vector<Option> found;
  const std::int64_t columns = graph_.step(last).columns;
  const std::int64_t rows = graph_.rows(last);
  for (StepId start : patch_starts(graph_, uses_, StepId(0), last)) {
    for (std::int64_t band : kBands) {
      if (band > 1 && band > rows) break;
      std::int64_t before = 0;
      for (std::int64_t tiles : kTiles) {
        const std::int64_t tile = (columns + tiles - 1) / tiles;
        if (tile == before || (tile < kLeastTile && tiles > 1)) continue;
        before = tile;
        for (const bool by_member : {false, true}) {
          if (by_member && (band == 1 || last - start < kLongPatch)) continue;
          const Patch patch{
              .first = start, .last = last, .band = band, .tile = tile, .by_member = by_member};
          const PlannedStep joined = fuse_columns(graph_, uses_, start, last + 1, {patch}).back();
          if (band > 1 && !reaches_over_rows(joined)) continue;
          found.push_back({.patch = patch,
                           .scratch = joined.scratch_bytes,
                           .extra_macs = joined.extra_macs,
                           .reads = reads_of(joined),
                           .output = joined.output});
        }
      }
    }
  }
  // Drops every option that another one with the same start and no larger band beats.
  std::vector<Option> best;
  for (const Option& option : found) {
    const bool beaten = std::any_of(found.begin(), found.end(), [&](const Option& other) {
      const bool comparable =
          other.patch.first == option.patch.first && other.patch.band <= option.patch.band;
      const bool no_worse =
          other.scratch <= option.scratch && other.extra_macs <= option.extra_macs;
      const bool better = other.scratch < option.scratch || other.extra_macs < option.extra_macs ||
                          other.patch.band < option.patch.band;
      return comparable && no_worse && better;
    });
    if (!beaten) best.push_back(option);
  }
  return best;
}

const std::vector<CascadeWay>& Recompute::estimates(StepId first, StepId end, bool free_only) {
  return remembered(estimates_, mutex_, std::tuple(first, end, free_only),
                    [&] { return find_estimates(first, end, free_only); });
}

std::vector<CascadeWay> Recompute::find_estimates(StepId first, StepId end, bool free_only) {
  const CascadeCost base = cascade_cost({graph_, uses_, lives_}, first, end);
  // Without patches: bytes of the ring that the step writes, and the scratch of the call that it is
  // part of.
  IdRangeVector<StepId, std::int64_t> ring(first, end);
  IdRangeVector<StepId, std::int64_t> scratch(first, end);
  std::int64_t most_scratch = 0;
  for (const PlannedStepId id : base.steps.ids()) {
    const PlannedStep& step = base.steps[id];
    const bool inside =
        graph_.value(step.output).storage == Storage::kArena && uses_.last(step.output) < end;
    if (inside) ring[step.selected] = base.ring[id] * graph_.value(step.output).row_bytes;
    scratch[step.selected] = step.scratch_bytes;
    for (const PlannedStep::Member& member : step.members) {
      scratch[member.step] = step.scratch_bytes;
    }
    most_scratch = std::max(most_scratch, step.scratch_bytes);
  }
  IdRangeVector<StepId, std::int64_t> rings_before(first, end + 1);
  for (const StepId step : ring.ids()) rings_before[step + 1] = rings_before[step] + ring[step];
  const auto made_inside = [&](ValueId value) {
    const StepId producer = uses_.producer[value];
    return graph_.value(value).storage == Storage::kArena && producer >= first && producer < end &&
           uses_.last(value) < end;
  };
  // Of a value made inside; 0 if it exists as a tile only.
  const auto ring_of = [&](ValueId value) { return ring[uses_.producer[value]]; };
  // What a patch changes in bytes, scratch excluded: rings inside of it vanish, its inputs must
  // keep the rows that a band needs, and its output keeps a band.
  const auto change = [&](const Option& option) {
    std::int64_t bytes = rings_before[option.patch.first] - rings_before[option.patch.last];
    for (const Option::Read& read : option.reads) {
      if (made_inside(read.value)) bytes += read.bytes - ring_of(read.value);
    }
    if (made_inside(option.output)) {
      const bool has_ring = ring_of(option.output) > 0;
      const std::int64_t more = has_ring ? option.patch.band - 1 : option.patch.band;
      bytes += more * graph_.value(option.output).row_bytes;
    }
    return bytes;
  };

  IdRangeVector<StepId, std::vector<Choice>> choices(first, end);
  std::set<std::int64_t> bounds(scratch.begin(), scratch.end());  // some steps may stay as they are
  for (const StepId last : choices.ids()) {
    for (const Option& option : options(last)) {
      if (option.patch.first < first || (free_only && option.extra_macs > 0)) continue;
      choices[last].push_back({.bytes = change(option),
                               .extra_macs = option.extra_macs,
                               .scratch = option.scratch,
                               .patch = &option.patch});
      bounds.insert(option.scratch);
    }
  }

  for (std::vector<Choice>& some : choices) sort_choices(some);

  LabelSearch search(first, end);
  std::vector<Choice> best;
  for (std::int64_t bound : thinned(bounds)) {
    search.start(base.bytes - align_up(most_scratch) + align_up(bound));
    for (const StepId step : choices.ids()) {
      if (scratch[step] <= bound) search.keep(step);
      best_within(choices[step], bound, best);
      for (const Choice& choice : best) {
        search.join(choice);
      }
      search.thin(step + 1);
    }
  }
  return search.ways();
}

CascadeWay Recompute::measured(StepId first, StepId end, const CascadeWay& way) const {
  const CascadeCost cost = cascade_cost({graph_, uses_, lives_}, first, end, way.patches);
  return {cost.bytes, cost.extra_macs, way.patches};
}

std::optional<CascadeWay> Recompute::within(StepId first, StepId end, std::int64_t limit,
                                            bool free_only) {
  std::size_t tries = 0;
  for (const CascadeWay& way : estimates(first, end, free_only)) {
    if (way.bytes > limit + limit / 32) continue;
    CascadeWay found = measured(first, end, way);
    if (found.bytes <= limit) return found;
    if (++tries == kMostMeasured) break;
  }
  return std::nullopt;
}

std::vector<CascadeWay> Recompute::frontier(StepId first, StepId end) {
  std::vector<CascadeWay> ways = estimates(first, end, false);
  keep_best(ways, kMostMeasured);
  for (CascadeWay& way : ways) way = measured(first, end, way);
  keep_best(ways, ways.size() + 2);
  return ways;
}

}  // namespace spindle
