#include "compiler/ir/broadcast.h"

#include <cstddef>

namespace spindle {
namespace {

// `shape` with dimensions of 1 put before it, up to `rank` dimensions.
Shape with_rank(const Shape& shape, std::size_t rank) {
  Shape full(rank > shape.size() ? rank - shape.size() : 0, 1);
  full.insert(full.end(), shape.begin(), shape.end());
  return full;
}

}  // namespace

PixelRows pixel_rows(const Shape& shape) {
  const Shape full = with_rank(shape, 2);
  PixelRows result;
  for (std::size_t i = 0; i + 2 < full.size(); ++i) result.rows *= full[i];
  result.pixels = full[full.size() - 2];
  result.channels = full.back();
  return result;
}

std::optional<RowOperand> row_operand(const Shape& operand, const Shape& out) {
  const std::size_t rank = out.size() < 2 ? 2 : out.size();
  const Shape full = with_rank(out, rank);
  const Shape given = with_rank(operand, rank);
  bool any_repeated = false;
  bool all_repeated = true;
  for (std::size_t i = 0; i + 2 < rank; ++i) {
    if (full[i] == 1) continue;
    any_repeated = any_repeated || given[i] == 1;
    all_repeated = all_repeated && given[i] == 1;
  }
  if (any_repeated && !all_repeated) return std::nullopt;
  RowOperand result;
  result.by_rows = !any_repeated;
  result.channel = given[rank - 1] == 1 ? 0 : 1;
  result.pixel = given[rank - 2] == 1 ? 0 : given[rank - 1];
  return result;
}

}  // namespace spindle
