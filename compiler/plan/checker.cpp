#include "compiler/plan/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace spindle {
namespace {

// What a byte of the arena holds: row `row` of value `value`.
struct Tag {
  ValueId value = -1;
  std::int32_t row = -1;
  bool operator==(const Tag&) const = default;
};

struct Range {
  std::int64_t begin, end;
  [[nodiscard]] bool overlaps(const Range& other) const {
    return begin < other.end && other.begin < end;
  }
};

class Checker {
 public:
  explicit Checker(const Plan& plan) : graph_(plan.steps), plan_(plan) {
    done_.assign(graph_.steps.size(), 0);
    producer_.assign(graph_.values.size(), -1);
    for (std::size_t i = 0; i < graph_.steps.size(); ++i) {
      producer_[static_cast<std::size_t>(graph_.steps[i].output)] = static_cast<StepId>(i);
    }
  }

  std::string run() {
    check_buffers();
    if (!error_.empty()) return error_;
    arena_.assign(static_cast<std::size_t>(plan_.arena_bytes), Tag{});
    StepId next = 0;
    for (const Cascade& cascade : plan_.cascades) {
      if (cascade.first != next || cascade.end <= cascade.first) fail("cascades leave steps out");
      next = cascade.end;
      run_cascade(cascade);
      if (!error_.empty()) return error_;
    }
    if (next != static_cast<StepId>(graph_.steps.size())) fail("cascades leave steps out");
    return error_;
  }

 private:
  void fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
  }

  void check_buffers() {
    for (const Buffer& buffer : plan_.buffers) {
      if (buffer.offset < 0 || buffer.offset + buffer.bytes > plan_.arena_bytes) {
        fail(fmt::format("buffer '{}' lies outside of the arena", buffer.name));
      }
      if (buffer.value >= 0 && buffer.bytes < buffer.rows * graph_.value(buffer.value).row_bytes) {
        fail(fmt::format("buffer '{}' is too small for its rows", buffer.name));
      }
    }
    for (std::size_t i = 0; i < graph_.values.size(); ++i) {
      const bool placed = plan_.buffer_of[i] >= 0;
      const bool wanted = graph_.values[i].storage == Storage::kArena && producer_[i] >= 0;
      if (placed != wanted) fail(fmt::format("value '{}' is misplaced", graph_.values[i].name));
    }
  }

  void run_cascade(const Cascade& cascade) {
    cascade_ = &cascade;
    const auto finish = [&](StepId step) {
      while (error_.empty() && done(step) < graph_.rows(step)) pull(step);
    };
    finish(cascade.end - 1);
    for (StepId step = cascade.first; step < cascade.end; ++step) finish(step);
  }

  std::int64_t& done(StepId step) { return done_[static_cast<std::size_t>(step)]; }

  // One row of a step, after its inputs were pulled.
  void pull(StepId id) {
    const Step& step = graph_.step(id);
    const std::int64_t y = done(id);
    for (const StepInput& input : step.inputs) {
      const StepId from = producer_[static_cast<std::size_t>(input.value)];
      const std::int64_t need = input.access.end(y, graph_.value(input.value).rows);
      if (from < cascade_->first || from >= cascade_->end) {
        if (from >= cascade_->end) fail(fmt::format("'{}' reads from a later cascade", step.name));
        continue;
      }
      while (error_.empty() && done(from) < need) pull(from);
    }
    if (!error_.empty()) return;
    call(id, y);
    ++done(id);
  }

  void call(StepId id, std::int64_t y) {
    const Step& step = graph_.step(id);
    reads_.clear();
    for (const StepInput& input : step.inputs) read(step, input, y);
    const Value& out = graph_.value(step.output);
    const int scratch = plan_.scratch_of[static_cast<std::size_t>(id)];
    Range written{0, 0};
    if (out.storage == Storage::kArena) written = slot(step.output, y);
    if (step.scratch_bytes > 0) {
      if (scratch < 0 || buffer(scratch).bytes < step.scratch_bytes) {
        fail(fmt::format("'{}' has too little scratch", step.name));
        return;
      }
      const Range range{buffer(scratch).offset, buffer(scratch).offset + step.scratch_bytes};
      if (range.overlaps(written)) fail(fmt::format("scratch of '{}' hits its output", step.name));
      for (const auto& [read_range, in_place] : reads_) {
        if (range.overlaps(read_range)) {
          fail(fmt::format("scratch of '{}' hits its input", step.name));
        }
      }
      fill(range, Tag{});
    }
    if (out.storage != Storage::kArena) return;
    for (const auto& [range, in_place] : reads_) {
      if (range.overlaps(written) && !(in_place && written.begin <= range.begin)) {
        fail(fmt::format("'{}' overwrites what it reads in row {}", step.name, y));
      }
    }
    if (out.accumulator && y > 0) expect(step, written, Tag{step.output, row32(y - 1)});
    fill(written, Tag{step.output, row32(y)});
  }

  void read(const Step& step, const StepInput& input, std::int64_t y) {
    const Value& value = graph_.value(input.value);
    const std::int64_t first = input.access.first(y, value.rows);
    const std::int64_t end = input.access.end(y, value.rows);
    const StepId from = producer_[static_cast<std::size_t>(input.value)];
    if (from >= 0 && done(from) < end) {
      fail(fmt::format("'{}' reads row {} of '{}' too early", step.name, end - 1, value.name));
      return;
    }
    if (value.storage != Storage::kArena) return;
    for (std::int64_t row = first; row < end; ++row) {
      const Range range = slot(input.value, row);
      expect(step, range, Tag{input.value, row32(row)});
      reads_.emplace_back(range, input.in_place && end - first == 1 &&
                                     graph_.value(step.output).row_bytes == value.row_bytes);
      if (!input.by_ring && row > first &&
          range.begin != slot(input.value, row - 1).begin + value.row_bytes) {
        fail(fmt::format("'{}' needs contiguous rows of '{}'", step.name, value.name));
      }
    }
  }

  void expect(const Step& step, Range range, Tag tag) {
    for (std::int64_t at = range.begin; at < range.end; ++at) {
      const Tag& found = arena_[static_cast<std::size_t>(at)];
      if (found == tag) continue;
      const std::string holder = found.value < 0 ? "scratch or nothing"
                                                 : fmt::format("row {} of '{}'", found.row,
                                                               graph_.value(found.value).name);
      fail(fmt::format("'{}' reads row {} of '{}' at byte {}, which holds {}", step.name, tag.row,
                       graph_.value(tag.value).name, at, holder));
      return;
    }
  }

  void fill(Range range, Tag tag) {
    std::fill(arena_.begin() + range.begin, arena_.begin() + range.end, tag);
  }

  [[nodiscard]] const Buffer& buffer(int index) const {
    return plan_.buffers[static_cast<std::size_t>(index)];
  }

  [[nodiscard]] Range slot(ValueId id, std::int64_t row) const {
    const Value& value = graph_.value(id);
    const Buffer& home = buffer(plan_.buffer_of[static_cast<std::size_t>(id)]);
    const std::int64_t begin =
        home.offset + (value.accumulator ? 0 : row % home.rows) * value.row_bytes;
    return {begin, begin + value.row_bytes};
  }

  static std::int32_t row32(std::int64_t row) { return static_cast<std::int32_t>(row); }

  const StepGraph& graph_;
  const Plan& plan_;
  const Cascade* cascade_ = nullptr;
  std::vector<StepId> producer_;
  std::vector<std::int64_t> done_;
  std::vector<Tag> arena_;
  std::vector<std::pair<Range, bool>> reads_;  // of the current call; may be written in place
  std::string error_;
};

}  // namespace

std::string check_plan(const Plan& plan) {
  return Checker(plan).run();
}

}  // namespace spindle
