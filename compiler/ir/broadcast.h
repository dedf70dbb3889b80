// Broadcasting as kernels see it: the output is a list of rows, and an operand may repeat across
// rows, pixels or channels.
#pragma once

#include <cstdint>
#include <optional>

#include "compiler/ir/tensor.h"

namespace spindle {

// A tensor seen as `rows` rows of `pixels` pixels of `channels` elements. `channels` is the last
// dimension, `pixels` the one before it, and `rows` the product of all others: 1x56x40x24 has 56
// rows of 40 pixels of 24 channels.
struct PixelRows {
  std::int64_t rows = 1;
  std::int64_t pixels = 1;
  std::int64_t channels = 1;
};
[[nodiscard]] PixelRows pixel_rows(const Shape& shape);

// Where in the operand the element for a given row, pixel and channel of the output lies.
struct RowOperand {
  bool by_rows = true;       // true: a row for each row of the output; false: one row for all
  std::int64_t pixel = 0;    // distance of two pixels in elements; 0 if one pixel is repeated
  std::int64_t channel = 0;  // 1, or 0 if one channel is repeated
};
// The strides of `operand`, which broadcasts to `out`. Returns nothing if the operand is repeated
// along some of the row dimensions but not along all: kernels cannot express that.
[[nodiscard]] std::optional<RowOperand> row_operand(const Shape& operand, const Shape& out);

}  // namespace spindle
