// Row arithmetic: which rows of its input an operator needs for rows of its output.
#pragma once

#include <algorithm>
#include <cstdint>

namespace spindle {

// Output rows [y, y + n) need input rows floor((y * num + offset) / den) up to, exclusively,
// floor(((y + n - 1) * num + offset) / den) + extent, cut to the rows there are.
// A pointwise operator is the default; a window of k rows at stride s, dilation d and padding p has
// num = s, offset = -p, extent = d * (k - 1) + 1; the whole input has num = 0, extent = rows.
struct RowAccess {
  std::int64_t num = 1;
  std::int64_t den = 1;  // > 0
  std::int64_t offset = 0;
  std::int64_t extent = 1;  // > 0

  static RowAccess window(std::int64_t stride, std::int64_t pad, std::int64_t reach) {
    return {stride, 1, -pad, reach};
  }
  static RowAccess whole(std::int64_t rows) { return {0, 1, 0, rows}; }

  // First row needed for output row y (and, as it grows with y, by any later one).
  [[nodiscard]] std::int64_t first(std::int64_t y, std::int64_t rows) const {
    return std::clamp<std::int64_t>(floor_div(y * num + offset), 0, rows);
  }
  // One past the last row needed for output row y.
  [[nodiscard]] std::int64_t end(std::int64_t y, std::int64_t rows) const {
    return std::clamp<std::int64_t>(floor_div(y * num + offset) + extent, 0, rows);
  }

  // Rows of the input needed for rows of what `reader` makes of this operator's output. At the
  // edges, where rows in between are cut off, it may name a few more than are needed. Both have
  // den = 1.
  [[nodiscard]] RowAccess read_by(const RowAccess& reader) const {
    return {reader.num * num, 1, reader.offset * num + offset, (reader.extent - 1) * num + extent};
  }
  // Whether rows are found by a window that moves on evenly, so that read_by may be used.
  [[nodiscard]] bool is_window() const { return den == 1 && num > 0; }

  // Rows that calls for `step` output rows each need together, over all `outputs` rows: what they
  // share counts for each.
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
