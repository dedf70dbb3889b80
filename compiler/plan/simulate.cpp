#include "compiler/plan/simulate.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/place.h"

namespace spindle {
namespace {

class Walker {
 public:
  Walker(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first, PlannedStepId end,
         const RowObserver& observer)
      : graph_(graph), uses_(uses), first_(first), end_(end), observer_(observer) {
    done_.assign(graph.steps.size(), 0);
  }

  void run() {
    finish(end_ - 1);
    for (PlannedStepId step = first_; step < end_; ++step) {
      if (!pulled_to_the_end(graph_, uses_, end_, step)) finish(step);
    }
  }

 private:
  void finish(PlannedStepId step) {
    while (done_[step] < graph_.rows(step)) advance(step);
  }

  // Runs the next call of a step, and before it the calls that it needs. It keeps its own stack,
  // because a chain of pulls may be deeper than this program's stack allows.
  void advance(PlannedStepId id) {
    open_.push_back({id, 0});
    while (!open_.empty()) {
      const Call at = open_.back();
      const std::int64_t y = done_[at.step];
      const std::vector<StepInput>& inputs = graph_.step(at.step).inputs;
      if (at.input == inputs.size()) {
        observer_(at.step, y, done_);
        done_[at.step] += graph_.band(at.step, y);
        open_.pop_back();
        continue;
      }
      const StepInput& input = inputs[at.input];
      const PlannedStepId producer = uses_.producer[input.value];
      const bool inside = producer >= first_;
      const std::int64_t need =
          inside ? input.access.end(y + graph_.band(at.step, y) - 1, graph_.value(input.value).rows)
                 : 0;
      if (inside && done_[producer] < need) {
        open_.push_back({producer, 0});
      } else {
        ++open_.back().input;
      }
    }
  }

  struct Call {
    PlannedStepId step;
    std::size_t input;  // index of the next input to pull; those before it exist
  };

  const PlannedGraph& graph_;
  const PlannedUses& uses_;
  PlannedStepId first_, end_;
  const RowObserver& observer_;
  IdVector<PlannedStepId, std::int64_t> done_;
  std::vector<Call> open_;  // each call is needed by the one before it
};

// First row of `value` that a reader in [first, end) still needs, given how many rows each step has
// computed. That includes rows needed by the call that is about to run.
std::int64_t first_needed(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
                          PlannedStepId end, ValueId value,
                          const IdVector<PlannedStepId, std::int64_t>& done) {
  const std::int64_t rows = graph.value(value).rows;
  std::int64_t needed = rows;
  for (PlannedStepId reader : uses.readers[value]) {
    if (reader < first || reader >= end) continue;
    const std::int64_t y = done[reader];
    if (y >= graph.rows(reader)) continue;
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == value) needed = std::min(needed, input.access.first(y, rows));
    }
  }
  return needed;
}

// The number of rows of which the value's ring must be a multiple, so that every band that has to
// be contiguous in it is.
std::int64_t band_of(const PlannedGraph& graph, const PlannedUses& uses, ValueId value) {
  std::int64_t rows = 1;
  const auto count = [&](const PlannedStep& step) {
    if (step.flat) rows = std::lcm(rows, step.band);
  };
  const PlannedStepId producer = uses.producer[value];
  if (producer) count(graph.step(producer));
  for (PlannedStepId reader : uses.readers[value]) {
    if (!graph.steps.contains(reader)) continue;  // outside of the cascade
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == value && !input.by_ring) count(graph.step(reader));
    }
  }
  return rows;
}

// Finds the gaps of overlays: how far each of `outs` is written while rows of each of `ins` must
// still be read.
class GapFinder {
 public:
  GapFinder(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
            PlannedStepId end, const std::vector<ValueId>& ins, const std::vector<ValueId>& outs)
      : graph_(graph), uses_(uses), first_(first), end_(end), ins_(ins), outs_(outs) {
    gaps_.assign(ins.size() * outs.size(), kNoGap);
  }

  void observe(PlannedStepId step, std::int64_t row,
               const IdVector<PlannedStepId, std::int64_t>& done) {
    if (ins_.empty()) return;
    const ValueId written = graph_.step(step).output;
    for (std::size_t o = 0; o < outs_.size(); ++o) {
      if (outs_[o] != written) continue;
      for (std::size_t i = 0; i < ins_.size(); ++i) {
        std::int64_t& gap = gaps_[i * outs_.size() + o];
        gap = std::max(gap, gap_now(ins_[i], step, row, done));
      }
    }
  }

  [[nodiscard]] std::vector<std::int64_t> gaps() && { return std::move(gaps_); }

 private:
  [[nodiscard]] std::int64_t gap_now(ValueId in, PlannedStepId step, std::int64_t row,
                                     const IdVector<PlannedStepId, std::int64_t>& done) {
    const std::int64_t in_bytes = graph_.value(in).row_bytes;
    const std::int64_t out_bytes = graph_.value(graph_.step(step).output).row_bytes;
    // First row of `in` that must still be read, by this call or a later one.
    std::int64_t needed = first_needed(graph_, uses_, first_, end_, in, done);
    if (needed == graph_.value(in).rows) return kNoGap;  // nothing of `in` is needed any more
    const std::int64_t rows = graph_.band(step, row);
    // The output row may replace the input row if the call reads each element before it writes it.
    const auto& inputs = graph_.step(step).inputs;
    const bool in_place = std::all_of(inputs.begin(), inputs.end(),
                                      [&](const auto& i) { return i.value != in || i.in_place; });
    const bool in_order = rows == 1 || graph_.step(step).flat;
    if (in_place && in_bytes == out_bytes && needed == row && in_order) {
      after_ = done;
      after_[step] += rows;
      if (first_needed(graph_, uses_, first_, end_, in, after_) >= row + rows) {
        needed = row + rows;
      }
    }
    return (row + rows) * out_bytes - needed * in_bytes;
  }

  const PlannedGraph& graph_;
  const PlannedUses& uses_;
  PlannedStepId first_, end_;
  const std::vector<ValueId>& ins_;
  const std::vector<ValueId>& outs_;
  std::vector<std::int64_t> gaps_;
  IdVector<PlannedStepId, std::int64_t> after_;  // a member to reuse its memory
};

}  // namespace

void walk_rows(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
               PlannedStepId end, const RowObserver& observer) {
  Walker(graph, uses, first, end, observer).run();
}

bool pulled_to_the_end(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId end,
                       PlannedStepId step) {
  const ValueId output = graph.step(step).output;
  const std::int64_t rows = graph.rows(step);
  for (PlannedStepId reader : uses.readers[output]) {
    if (reader >= end) continue;
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == output && input.access.end(graph.rows(reader) - 1, rows) == rows) {
        return true;
      }
    }
  }
  return false;
}

CascadeRows ring_rows(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
                      PlannedStepId end, const std::vector<ValueId>& ins,
                      const std::vector<ValueId>& outs) {
  CascadeRows result;
  result.ring.assign(graph.steps.size(), 1);
  GapFinder gaps(graph, uses, first, end, ins, outs);
  walk_rows(
      graph, uses, first, end,
      [&](PlannedStepId step, std::int64_t row, const IdVector<PlannedStepId, std::int64_t>& done) {
        const ValueId value = graph.step(step).output;
        const std::int64_t from = std::min(first_needed(graph, uses, first, end, value, done), row);
        auto& ring = result.ring[step];
        ring = std::max(ring, row + graph.band(step, row) - from);
        gaps.observe(step, row, done);
      });
  result.gaps = std::move(gaps).gaps();
  for (PlannedStepId step = first; step < end; ++step) {
    const Value& value = graph.value(graph.step(step).output);
    auto& ring = result.ring[step];
    const bool leaves = uses.last(graph.step(step).output) >= end;
    if (value.accumulator) {
      check_internal(!leaves, "partial sums leave their cascade");
      ring = 1;
    } else if (leaves || value.storage != Storage::kArena) {
      ring = value.rows;
    } else {
      const std::int64_t band = band_of(graph, uses, graph.step(step).output);
      ring = std::min((ring + band - 1) / band * band, value.rows);
    }
  }
  return result;
}

std::int64_t overlay_gap(const PlannedGraph& graph, const PlannedUses& uses, PlannedStepId first,
                         PlannedStepId end, ValueId in, ValueId out) {
  return ring_rows(graph, uses, first, end, {in}, {out}).gaps[0];
}

}  // namespace spindle
