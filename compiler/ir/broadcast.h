// Broadcasting as kernels see it: an output in rows, and operands that repeat in them.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/ir/tensor.h"

namespace spindle {

// A tensor as `rows` rows of `pixels` pixels of `channels` elements: an image of batch 1 in its own
// rows, others with everything before the last two dimensions as rows.
struct PixelRows {
  std::int64_t rows = 1;
  std::int64_t pixels = 1;
  std::int64_t channels = 1;
};
[[nodiscard]] PixelRows pixel_rows(const Shape& shape);

// How an operand lies in such rows of the output.
struct RowOperand {
  bool by_rows = true;       // has a row for each of the output's; otherwise one for all
  std::int64_t pixel = 0;    // elements from pixel to pixel, 0 where it is repeated
  std::int64_t channel = 0;  // elements from channel to channel, 0 where it is repeated
};
// Nothing if `operand`, which broadcasts to `out`, is repeated for some of the rows only.
[[nodiscard]] std::optional<RowOperand> row_operand(const Shape& operand, const Shape& out);

}  // namespace spindle
