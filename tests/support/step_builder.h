// Step graphs for planner tests, without operators or kernels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/steps.h"

namespace spindle::testing {

class StepBuilder {
 public:
  StepGraph graph;

  // An input in the caller's buffer.
  ValueId input(std::int64_t rows, std::int64_t row_bytes);

  // A step that makes `rows` rows from `inputs`; its value.
  ValueId step(std::vector<StepInput> inputs, std::int64_t rows, std::int64_t row_bytes,
               int block = -1);

  // Row by row, same rows as its input.
  ValueId pointwise(ValueId in, std::int64_t row_bytes, int block = -1);
  // k rows at a stride with padding above; `rows` as it comes out.
  ValueId window(ValueId in, int k, int stride, int pad_top, int pad_bottom, int dilation,
                 std::int64_t row_bytes, int block = -1);
  // Elementwise sum of two values of the same rows, in place over either.
  ValueId add(ValueId a, ValueId b, int block = -1);
  // Sums over all rows, then one row.
  ValueId mean(ValueId in);
  // The last step computes its rows by columns, and reads its inputs likewise.
  void by_columns(std::int64_t columns);
  // The last step's window takes columns as it takes rows, of an input that has `columns`.
  void square_window(std::int64_t columns);
  // The last step takes rows without a gap between them for one, and has weights.
  void flat(std::int64_t weight_bytes);
  // The value leaves the model.
  void output(ValueId value);

  [[nodiscard]] std::int64_t rows(ValueId id) const { return graph.value(id).rows; }
  [[nodiscard]] std::int64_t row_bytes(ValueId id) const { return graph.value(id).row_bytes; }
};

// A random network of the family: chains, residuals, taps, dilations, strides, odd sizes.
[[nodiscard]] StepGraph random_network(unsigned seed, int blocks);

// The same with square images, every step of them by columns, windows alike in both directions,
// others flat; some with scratch that may be wide.
[[nodiscard]] StepGraph random_image_network(unsigned seed, int blocks);

}  // namespace spindle::testing
