#include "compiler/plan/tile_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace spindle {
namespace {

// What a byte of a tile holds: part of a pixel of value `value`.
struct Pixel {
  ValueId value;
  std::int32_t row = -1, column = -1;
  bool operator==(const Pixel&) const = default;
};

class TileChecker {
 public:
  TileChecker(const StepGraph& unfused, const PlannedStep& step) : unfused_(unfused), step_(step) {}

  std::string run(std::int64_t y, std::int64_t last) {
    if (step_.members.empty()) return {};
    if (step_.tile <= 0 || step_.band <= 0) fail(fmt::format("'{}' has no tiles", step_.name));
    for (std::int64_t x = 0; error_.empty() && x < step_.columns; x += step_.tile) {
      tiles_.assign(step_.scratch_bytes, Pixel{});
      const std::int64_t right = std::min(x + step_.tile, step_.columns) - 1;
      for (const PlannedStep::Member& member : step_.members) {
        if (!step_.by_member || !error_.empty()) break;
        const std::int64_t rows = unfused_.rows(member.step);
        for (std::int64_t r = member.row_access.first(y, rows);
             r < member.row_access.end(last, rows); ++r) {
          run_member(member, r, x, right);
        }
      }
      for (std::int64_t row = y; error_.empty() && !step_.by_member && row <= last; ++row) {
        for (const PlannedStep::Member& member : step_.members) {
          const std::int64_t rows = unfused_.rows(member.step);
          const std::int64_t begin =
              row == y ? member.row_access.first(row, rows) : member.row_access.end(row - 1, rows);
          for (std::int64_t r = begin; r < member.row_access.end(row, rows); ++r) {
            run_member(member, r, x, right);
          }
        }
      }
    }
    return std::move(error_);
  }

 private:
  void fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
  }

  void run_member(const PlannedStep::Member& member, std::int64_t r, std::int64_t x,
                  std::int64_t right) {
    const Step& self = unfused_.step(member.step);
    const std::int64_t left = member.column_access.first(x, self.columns);
    const std::int64_t end = member.column_access.end(right, self.columns);
    for (std::int64_t c = left; error_.empty() && c < end; ++c) {
      for (const StepInput& input : self.inputs) {
        const PlannedStep::Member* maker = maker_of(input.value);
        if (maker == nullptr) continue;  // read as whole rows, which the plan checker checks
        const std::int64_t rows = unfused_.value(input.value).rows;
        const std::int64_t columns = unfused_.step(maker->step).columns;
        const RowAccess across = input.columnwise      ? RowAccess{}
                                 : input.column_window ? *input.column_window
                                                       : RowAccess::whole(columns);
        for (std::int64_t ir = input.access.first(r, rows); ir < input.access.end(r, rows); ++ir) {
          for (std::int64_t ic = across.first(c, columns); ic < across.end(c, columns); ++ic) {
            pixel(*maker, ir, ic, x, false);
          }
        }
      }
      if (member.tile_offset >= 0) pixel(member, r, c, x, true);
    }
  }

  // The member that computes `value` into a tile; nullptr if `value` exists as rows.
  [[nodiscard]] const PlannedStep::Member* maker_of(ValueId value) const {
    for (const PlannedStep::Member& member : step_.members) {
      if (member.tile_offset >= 0 && unfused_.step(member.step).output == value) return &member;
    }
    return nullptr;
  }

  // Writes or reads pixel (r, c) of the member's tile.
  void pixel(const PlannedStep::Member& member, std::int64_t r, std::int64_t c, std::int64_t x,
             bool write) {
    const Step& self = unfused_.step(member.step);
    const std::int64_t bytes = unfused_.value(self.output).row_bytes / self.columns;
    const std::int64_t column = c - member.column_access.first(x, self.columns);
    const std::int64_t at =
        member.tile_offset + ((r % member.rows) * member.columns + column) * bytes;
    if (column < 0 || column >= member.columns || at + bytes > step_.scratch_bytes ||
        at + bytes > member.tile_offset + member.tile_bytes) {
      fail(fmt::format("a tile of '{}' is too small", self.name));
      return;
    }
    const Pixel tag{self.output, row32(r), row32(c)};
    for (std::int64_t i = at; i < at + bytes;
         i += bytes > 1 ? bytes - 1 : 1) {  // first and last byte
      Pixel& found = tiles_[i];
      if (write) {
        found = tag;
      } else if (found != tag) {
        fail(fmt::format("row {}, column {} of '{}' is not in its tile when '{}' needs it", r, c,
                         self.name, step_.name));
      }
    }
  }

  static std::int32_t row32(std::int64_t row) { return static_cast<std::int32_t>(row); }

  const StepGraph& unfused_;
  const PlannedStep& step_;
  std::vector<Pixel> tiles_;  // shadow of the scratch
  std::string error_;
};

}  // namespace

std::string check_tiles(const StepGraph& unfused, const PlannedStep& step, std::int64_t y,
                        std::int64_t last) {
  return TileChecker(unfused, step).run(y, last);
}

}  // namespace spindle
