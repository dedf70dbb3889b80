#include "compiler/plan/simulate.h"

#include <algorithm>
#include <numeric>

#include "compiler/ir/diagnostics.h"
#include "compiler/plan/place.h"

namespace spindle {
namespace {

class Walker {
 public:
  Walker(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
         const RowObserver& observer)
      : graph_(graph), uses_(uses), first_(first), end_(end), observer_(observer) {
    done_.assign(static_cast<std::size_t>(end - first), 0);
  }

  void run() {
    finish(end_ - 1);
    for (StepId step = first_; step < end_; ++step) {
      if (!pulled_to_the_end(graph_, uses_, end_, step)) finish(step);
    }
  }

 private:
  std::int64_t& done(StepId step) { return done_[static_cast<std::size_t>(step - first_)]; }

  void finish(StepId step) {
    while (done(step) < graph_.rows(step)) advance(step);
  }

  void advance(StepId id) {
    const std::int64_t y = done(id);
    for (const StepInput& input : graph_.step(id).inputs) {
      const StepId producer = uses_.producer[static_cast<std::size_t>(input.value)];
      if (producer < first_) continue;
      const std::int64_t need =
          input.access.end(y + graph_.band(id, y) - 1, graph_.value(input.value).rows);
      while (done(producer) < need) advance(producer);
    }
    observer_(id, y, done_);
    done(id) += graph_.band(id, y);
  }

  const StepGraph& graph_;
  const ValueUses& uses_;
  StepId first_, end_;
  const RowObserver& observer_;
  std::vector<std::int64_t> done_;
};

// First row of `value` that a reader inside [first, end) still needs, given the rows done; `self`
// is a step about to compute row done[self].
std::int64_t first_needed(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
                          ValueId value, const std::vector<std::int64_t>& done) {
  const std::int64_t rows = graph.value(value).rows;
  std::int64_t needed = rows;
  for (StepId reader : uses.readers[static_cast<std::size_t>(value)]) {
    if (reader < first || reader >= end) continue;
    const std::int64_t y = done[static_cast<std::size_t>(reader - first)];
    if (y >= graph.rows(reader)) continue;
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == value) needed = std::min(needed, input.access.first(y, rows));
    }
  }
  return needed;
}

// Bands that must be contiguous in the value's ring begin at multiples of this.
std::int64_t band_of(const StepGraph& graph, const ValueUses& uses, ValueId value) {
  std::int64_t rows = 1;
  const auto count = [&](const Step& step) {
    if (step.flat) rows = std::lcm(rows, step.band);
  };
  const StepId producer = uses.producer[static_cast<std::size_t>(value)];
  if (producer >= 0) count(graph.step(producer));
  for (StepId reader : uses.readers[static_cast<std::size_t>(value)]) {
    if (reader >= static_cast<StepId>(graph.steps.size())) continue;  // outside of the cascade
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == value && !input.by_ring) count(graph.step(reader));
    }
  }
  return rows;
}

}  // namespace

void walk_rows(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
               const RowObserver& observer) {
  Walker(graph, uses, first, end, observer).run();
}

bool pulled_to_the_end(const StepGraph& graph, const ValueUses& uses, StepId end, StepId step) {
  const ValueId output = graph.step(step).output;
  const std::int64_t rows = graph.rows(step);
  for (StepId reader : uses.readers[static_cast<std::size_t>(output)]) {
    if (reader >= end) continue;
    for (const StepInput& input : graph.step(reader).inputs) {
      if (input.value == output && input.access.end(graph.rows(reader) - 1, rows) == rows) {
        return true;
      }
    }
  }
  return false;
}

CascadeRows ring_rows(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end) {
  CascadeRows result;
  result.ring.assign(static_cast<std::size_t>(end - first), 1);
  walk_rows(graph, uses, first, end,
            [&](StepId step, std::int64_t row, const std::vector<std::int64_t>& done) {
              const ValueId value = graph.step(step).output;
              const std::int64_t from =
                  std::min(first_needed(graph, uses, first, end, value, done), row);
              auto& ring = result.ring[static_cast<std::size_t>(step - first)];
              ring = std::max(ring, row + graph.band(step, row) - from);
            });
  for (StepId step = first; step < end; ++step) {
    const Value& value = graph.value(graph.step(step).output);
    auto& ring = result.ring[static_cast<std::size_t>(step - first)];
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

std::int64_t overlay_gap(const StepGraph& graph, const ValueUses& uses, StepId first, StepId end,
                         ValueId in, ValueId out) {
  const std::int64_t in_bytes = graph.value(in).row_bytes;
  const std::int64_t out_bytes = graph.value(out).row_bytes;
  const StepId writer = uses.producer[static_cast<std::size_t>(out)];
  std::int64_t gap = kNoGap;
  walk_rows(graph, uses, first, end,
            [&](StepId step, std::int64_t row, const std::vector<std::int64_t>& done) {
              if (step != writer) return;
              // Rows of `in` still to be read, by this very call too.
              std::int64_t needed = first_needed(graph, uses, first, end, in, done);
              if (needed == graph.value(in).rows) return;  // nothing left to overwrite
              const std::int64_t rows = graph.band(step, row);
              // Exact overlay: same row, same elements, read before written.
              const auto& inputs = graph.step(step).inputs;
              const bool in_place = std::all_of(inputs.begin(), inputs.end(), [&](const auto& i) {
                return i.value != in || i.in_place;
              });
              const bool in_order = rows == 1 || graph.step(step).flat;
              if (in_place && in_bytes == out_bytes && needed == row && in_order) {
                std::vector<std::int64_t> after = done;
                after[static_cast<std::size_t>(step - first)] += rows;
                if (first_needed(graph, uses, first, end, in, after) >= row + rows) {
                  needed = row + rows;
                }
              }
              gap = std::max(gap, (row + rows) * out_bytes - needed * in_bytes);
            });
  return gap;
}

}  // namespace spindle
