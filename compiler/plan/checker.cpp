#include "compiler/plan/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/plan/tile_checker.h"

namespace spindle {
namespace {

// What a byte of the arena holds: part of row `row` of value `value`.
struct Tag {
  ValueId value;
  std::int32_t row = -1;
  bool operator==(const Tag&) const = default;
};

// Bytes [begin, end) of a region's arena.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  RegionId region;
  [[nodiscard]] bool overlaps(const Range& other) const {
    return region == other.region && begin < other.end && other.begin < end;
  }
};

class Checker {
 public:
  explicit Checker(const Plan& plan)
      : graph_(plan.steps),
        plan_(plan),
        producer_(graph_.values.size()),
        done_(graph_.steps.size(), 0) {
    for (const PlannedStepId id : graph_.steps.ids()) producer_[graph_.step(id).output] = id;
  }

  std::string run() {
    check_buffers();
    if (!error_.empty()) return error_;
    arenas_.resize(std::max<std::size_t>(plan_.regions.size(), 1));
    for (const RegionId region : arenas_.ids()) {
      arenas_[region].resize(arena_bytes(region));
    }
    put_given_inputs();
    PlannedStepId next(0);
    for (const CascadeId id : plan_.cascades.ids()) {
      const Cascade& cascade = plan_.cascades[id];
      if (cascade.first != next || cascade.end <= cascade.first) fail("cascades leave steps out");
      next = cascade.end;
      if (id > CascadeId(0)) state_ = {};  // all rows have been pushed by now
      run_cascade(cascade);
      if (!error_.empty()) return error_;
    }
    if (next != graph_.steps.end_id()) fail("cascades leave steps out");
    return error_;
  }

 private:
  void fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
  }

  void check_buffers() {
    check_regions();
    for (const Buffer& buffer : plan_.buffers) {
      if (!holds_buffers(buffer.region)) {
        fail(fmt::format("buffer '{}' lies in no region for activations", buffer.name));
        return;
      }
      if (buffer.offset < 0 || buffer.offset + buffer.bytes > arena_bytes(buffer.region)) {
        fail(fmt::format("buffer '{}' lies outside of the arena", buffer.name));
      }
      if (buffer.value && buffer.bytes < buffer.rows * graph_.value(buffer.value).row_bytes) {
        fail(fmt::format("buffer '{}' is too small for its rows", buffer.name));
      }
    }
    for (const ValueId id : graph_.values.ids()) {
      const Value& value = graph_.value(id);
      const bool placed{plan_.buffer_of[id]};
      const bool wanted = value.storage == Storage::kArena && (producer_[id] || value.given);
      if (placed != wanted) fail(fmt::format("value '{}' is misplaced", value.name));
    }
  }

  void check_regions() {
    std::int64_t total = 0;
    for (const Region& region : plan_.regions) {
      total += region.arena_bytes;
      if (region.arena_bytes < 0 || region.arena_bytes > region.size) {
        fail(fmt::format("the arena does not fit region '{}'", region.name));
      }
    }
    if (!plan_.regions.empty() && total != plan_.arena_bytes) fail("regions do not add up");
  }

  [[nodiscard]] bool holds_buffers(RegionId region) const {
    if (plan_.regions.empty()) return region == RegionId(0);
    return plan_.regions.contains(region) && plan_.regions[region].activations;
  }

  [[nodiscard]] std::int64_t arena_bytes(RegionId region) const {
    return plan_.regions.empty() ? plan_.arena_bytes : plan_.regions[region].arena_bytes;
  }

  // Fills in the inputs that the caller puts into the arena, and finds the state of streamed input.
  void put_given_inputs() {
    for (const ValueId id : graph_.values.ids()) {
      if (!graph_.value(id).given) continue;
      for (std::int64_t row = 0; row < graph_.value(id).rows; ++row) {
        const Range range = slot(id, row);
        for (std::int64_t at = range.begin; at < range.end; ++at) {
          if (tag_at(range.region, at) != Tag{}) fail("inputs lie over each other");
        }
        fill(range, Tag{id, row32(row)});
      }
    }
    for (const Buffer& buffer : plan_.buffers) {
      if (buffer.kind == BufferKind::kState) state_ = front(buffer, buffer.bytes);
    }
  }

  void run_cascade(const Cascade& cascade) {
    cascade_ = &cascade;
    const auto finish = [&](PlannedStepId step) {
      while (error_.empty() && done_[step] < graph_.rows(step)) pull(step);
    };
    finish(cascade.end - 1);
    for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
      if (!asked_for_last_row(step)) finish(step);
    }
    for (PlannedStepId step = cascade.first; step < cascade.end; ++step) {
      if (done_[step] < graph_.rows(step)) {
        fail(fmt::format("'{}' is not computed to its end", graph_.step(step).name));
      }
    }
  }

  // Whether a reader in the cascade needs the step's last row for its own last row. The generated
  // code then leaves it to that reader to run the step to its end.
  [[nodiscard]] bool asked_for_last_row(PlannedStepId step) const {
    const ValueId output = graph_.step(step).output;
    for (PlannedStepId reader = cascade_->first; reader < cascade_->end; ++reader) {
      for (const StepInput& input : graph_.step(reader).inputs) {
        if (input.value == output &&
            input.access.end(graph_.rows(reader) - 1, graph_.rows(step)) == graph_.rows(step)) {
          return true;
        }
      }
    }
    return false;
  }

  // Runs the next call of a step, after pulling its inputs. It keeps its own stack, because a chain
  // of pulls may be deeper than this program's stack allows.
  void pull(PlannedStepId id) {
    std::vector<Pulled> open{{id, 0}};
    while (error_.empty() && !open.empty()) {
      const Pulled at = open.back();
      const PlannedStep& step = graph_.step(at.step);
      const std::int64_t y = done_[at.step];
      if (at.input == step.inputs.size()) {
        call(at.step, y);
        done_[at.step] = last_row(at.step, y) + 1;
        open.pop_back();
      } else if (const PlannedStepId from = awaited(at.step, step.inputs[at.input], y); from) {
        open.push_back({from, 0});
      } else {
        ++open.back().input;
      }
    }
  }

  // The step of this cascade that must still compute rows of the input before row y can be
  // computed; none if all of them exist.
  [[nodiscard]] PlannedStepId awaited(PlannedStepId id, const StepInput& input, std::int64_t y) {
    const PlannedStepId from = producer_[input.value];
    if (from >= cascade_->end) {
      fail(fmt::format("'{}' reads from a later cascade", graph_.step(id).name));
    }
    if (from < cascade_->first || from >= cascade_->end) return {};
    const std::int64_t need = input.access.end(last_row(id, y), graph_.value(input.value).rows);
    return done_[from] < need ? from : PlannedStepId();
  }

  struct Pulled {
    PlannedStepId step;
    std::size_t input;  // index of the next input to pull; those before it exist
  };

  // Last row of the call that begins at row y.
  [[nodiscard]] std::int64_t last_row(PlannedStepId id, std::int64_t y) const {
    return std::min(y + graph_.step(id).band, graph_.rows(id)) - 1;
  }

  void call(PlannedStepId id, std::int64_t y) {
    const PlannedStep& step = graph_.step(id);
    reads_.clear();
    if (step.band > 1 && step.members.empty() && !step.flat) {
      fail(fmt::format("'{}' cannot compute bands", step.name));
    }
    if (step.flat && step.band > 1 && step.tile < step.columns && !step.members.empty()) {
      fail(fmt::format("'{}' has tiles that are narrower than its bands", step.name));
    }
    for (const StepInput& input : step.inputs) read(step, input, id, y);
    const Value& out = graph_.value(step.output);
    const BufferId scratch = plan_.scratch_of[id];
    if (step.scratch_bytes > 0) {
      if (!scratch || buffer(scratch).bytes < step.scratch_bytes) {
        fail(fmt::format("'{}' has too little scratch", step.name));
        return;
      }
      const Range range = front(buffer(scratch), step.scratch_bytes);
      for (const Read& read : reads_) {
        if (range.overlaps(read.range)) {
          fail(fmt::format("scratch of '{}' hits its input", step.name));
        }
      }
      if (std::string error = check_tiles(plan_.unfused, step, y, last_row(id, y));
          !error.empty()) {
        fail(std::move(error));
      }
      fill(range, Tag{});
    }
    if (out.storage != Storage::kArena) return;
    // A call writes the rows of its band one after the other. If it computes one row or is flat, it
    // also reads its in-place input in that order. Anything else it may read at any time.
    for (std::int64_t row = y; row <= last_row(id, y); ++row) {
      const Range written = slot(step.output, row);
      check_contiguous(step, step.output, y, row);
      if (step.scratch_bytes > 0 && front(buffer(scratch), step.scratch_bytes).overlaps(written)) {
        fail(fmt::format("scratch of '{}' hits its output", step.name));
      }
      for (const Read& read : reads_) {
        const bool gone = read.row < row || (read.row == row && written.begin <= read.range.begin);
        if (read.range.overlaps(written) && !(read.in_place && gone)) {
          fail(fmt::format("'{}' overwrites what it reads in row {}", step.name, row));
        }
      }
      if (out.accumulator && row > 0) expect(step, written, Tag{step.output, row32(row - 1)});
      fill(written, Tag{step.output, row32(row)});
    }
  }

  // The first `bytes` bytes of the buffer.
  static Range front(const Buffer& buffer, std::int64_t bytes) {
    return {buffer.offset, buffer.offset + bytes, buffer.region};
  }

  void read(const PlannedStep& step, const StepInput& input, PlannedStepId id, std::int64_t y) {
    const Value& value = graph_.value(input.value);
    const std::int64_t first = input.access.first(y, value.rows);
    const std::int64_t end = input.access.end(last_row(id, y), value.rows);
    const PlannedStepId from = producer_[input.value];
    if (from && done_[from] < end) {
      fail(fmt::format("'{}' reads row {} of '{}' too early", step.name, end - 1, value.name));
      return;
    }
    if (value.storage == Storage::kStream && (end - first != 1 || first != y || step.band != 1)) {
      fail(fmt::format("'{}' reads rows of '{}' that are gone", step.name, value.name));
    }
    if (value.storage != Storage::kArena) return;
    for (std::int64_t row = first; row < end; ++row) {
      const Range range = slot(input.value, row);
      expect(step, range, Tag{input.value, row32(row)});
      const bool in_order =
          step.flat ? input.access == RowAccess{} : step.band == 1 && end - first == 1;
      reads_.push_back(
          {range, step.band == 1 ? y : row,
           input.in_place && in_order && graph_.value(step.output).row_bytes == value.row_bytes});
      if (!input.by_ring) check_contiguous(step, input.value, first, row);
      if (!input.by_ring && row > first && step.band == 1 &&
          range.begin != slot(input.value, row - 1).begin + value.row_bytes) {
        fail(fmt::format("'{}' needs contiguous rows of '{}'", step.name, value.name));
      }
    }
  }

  // Checks that row `row` of a flat step's band directly follows the row before it.
  void check_contiguous(const PlannedStep& step, ValueId id, std::int64_t first, std::int64_t row) {
    const Value& value = graph_.value(id);
    if (!step.flat || value.storage != Storage::kArena || value.accumulator || row == first) return;
    if (slot(id, row).begin != slot(id, row - 1).begin + value.row_bytes) {
      fail(fmt::format("'{}' needs contiguous rows of '{}'", step.name, value.name));
    }
  }

  void expect(const PlannedStep& step, Range range, Tag tag) {
    for (std::int64_t at = range.begin; at < range.end; ++at) {
      const Tag& found = tag_at(range.region, at);
      if (found == tag) continue;
      const std::string holder =
          !found.value ? "scratch or nothing"
                       : fmt::format("row {} of '{}'", found.row, graph_.value(found.value).name);
      fail(fmt::format("'{}' reads row {} of '{}' at byte {}, which holds {}", step.name, tag.row,
                       graph_.value(tag.value).name, at, holder));
      return;
    }
  }

  void fill(Range range, Tag tag) {
    if (range.overlaps(state_)) fail("the state of streamed input is overwritten");
    std::vector<Tag>& arena = arenas_[range.region];
    std::fill(arena.begin() + range.begin, arena.begin() + range.end, tag);
  }

  [[nodiscard]] const Tag& tag_at(RegionId region, std::int64_t at) const {
    return arenas_[region][at];
  }

  [[nodiscard]] const Buffer& buffer(BufferId id) const { return plan_.buffers[id]; }

  [[nodiscard]] Range slot(ValueId id, std::int64_t row) const {
    const Value& value = graph_.value(id);
    const Buffer& home = buffer(plan_.buffer_of[id]);
    const std::int64_t begin =
        home.offset + (value.accumulator ? 0 : row % home.rows) * value.row_bytes;
    return {begin, begin + value.row_bytes, home.region};
  }

  static std::int32_t row32(std::int64_t row) { return static_cast<std::int32_t>(row); }

  const PlannedGraph& graph_;
  const Plan& plan_;
  const Cascade* cascade_ = nullptr;
  IdVector<ValueId, PlannedStepId> producer_;
  IdVector<PlannedStepId, std::int64_t> done_;
  IdVector<RegionId, std::vector<Tag>> arenas_;
  Range state_;  // state of streamed input, while it is needed
  struct Read {
    Range range;
    std::int64_t row;  // the output row for which it is read
    bool in_place;     // may be overwritten as soon as it is read
  };
  std::vector<Read> reads_;  // reads of the current call
  std::string error_;
};

}  // namespace

std::string check_plan(const Plan& plan) {
  return Checker(plan).run();
}

}  // namespace spindle
