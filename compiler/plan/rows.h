// Row arithmetic: which rows of its input an operator needs for which rows of its output.
#pragma once

#include <algorithm>
#include <cstdint>

namespace spindle {

// Output rows [y, y + n) need the input rows [begin, end) with
//
//   begin = floor((y * num + offset) / den)
//   end   = floor(((y + n - 1) * num + offset) / den) + extent
//
// clamped to the rows that exist. The same formula serves for columns.
//
//   pointwise operator (default)                num = 1,  offset = 0,   extent = 1
//   window of k rows, stride s, dilation d,
//     padding p                                 num = s,  offset = -p,  extent = d * (k - 1) + 1
//   every output row needs the whole input      num = 0,  offset = 0,   extent = rows
struct RowAccess {
  std::int64_t num = 1;
  std::int64_t den = 1;  // > 0
  std::int64_t offset = 0;
  std::int64_t extent = 1;  // > 0

  static RowAccess window(std::int64_t stride, std::int64_t pad, std::int64_t reach) {
    return {.num = stride, .offset = -pad, .extent = reach};
  }
  static RowAccess whole(std::int64_t rows) { return {.num = 0, .extent = rows}; }

  // First row needed for output row y. It never decreases with y.
  [[nodiscard]] std::int64_t first(std::int64_t y, std::int64_t rows) const {
    return std::clamp<std::int64_t>(floor_div(y * num + offset), 0, rows);
  }
  // One past the last row needed for output row y.
  [[nodiscard]] std::int64_t end(std::int64_t y, std::int64_t rows) const {
    return std::clamp<std::int64_t>(floor_div(y * num + offset) + extent, 0, rows);
  }

  // Combines two accesses: which rows of this operator's input are needed for rows of the output of
  // `reader`, which reads this operator's output. May name a few rows more than needed at the
  // edges, where rows in between are clamped. Both must have den = 1.
  [[nodiscard]] RowAccess read_by(const RowAccess& reader) const {
    return {.num = reader.num * num,
            .offset = reader.offset * num + offset,
            .extent = (reader.extent - 1) * num + extent};
  }
  // Whether the needed rows move on evenly with y, as those of a window do. Then read_by applies.
  [[nodiscard]] bool is_window() const { return den == 1 && num > 0; }

  // The sum, over calls that compute `step` output rows each, of the input rows that a call needs.
  // A row that several calls need counts once for each.
  [[nodiscard]] std::int64_t total(std::int64_t rows, std::int64_t outputs,
                                   std::int64_t step) const {
    std::int64_t sum = 0;
    for (std::int64_t y = 0; y < outputs; y += step) {
      sum += end(std::min(y + step, outputs) - 1, rows) - first(y, rows);
    }
    return sum;
  }

  bool operator==(const RowAccess&) const = default;

 private:
  [[nodiscard]] std::int64_t floor_div(std::int64_t a) const {
    return a >= 0 ? a / den : -((-a + den - 1) / den);
  }
};

}  // namespace spindle
