// Builds step graphs for tests of the planner, without operators or kernels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/plan/planned_steps.h"
#include "compiler/plan/steps.h"

namespace spindle::testing {

// The rows of a window, as in a convolution.
struct StepWindow {
  int kernel = 3;
  int stride = 1;
  int pad_top = 1;
  int pad_bottom = 1;
  int dilation = 1;
};

class StepBuilder {
 public:
  StepGraph graph;

  // An input in the caller's buffer.
  ValueId input(std::int64_t rows, std::int64_t row_bytes);

  // A step that computes `rows` rows from `inputs`. Returns its output.
  ValueId step(std::vector<StepInput> inputs, std::int64_t rows, std::int64_t row_bytes,
               BlockId block = {});

  // A step that computes each row from the same row of its input.
  ValueId pointwise(ValueId in, std::int64_t row_bytes, BlockId block = {});
  // A step that reads windows of rows. The number of output rows follows from the window.
  ValueId window(ValueId in, StepWindow window, std::int64_t row_bytes, BlockId block = {});
  // The element-wise sum of two values of equal shape. It may overwrite either of them.
  ValueId add(ValueId a, ValueId b, BlockId block = {});
  // The mean over all rows, as two steps: one accumulates the sums, one makes a single row of them.
  ValueId mean(ValueId in);
  // Allows the last step to compute its rows in tiles of columns, and to read its inputs in tiles.
  void by_columns(std::int64_t columns);
  // Gives the last step the same window along the columns as along the rows. Its input has
  // `columns` columns.
  void square_window(std::int64_t columns);
  // Makes the last step flat: it can compute adjacent rows without gaps as one long row. The step
  // gets weights of that size.
  void flat(std::int64_t weight_bytes);
  // Makes the value an output of the model.
  void output(ValueId value);

  [[nodiscard]] std::int64_t rows(ValueId id) const { return graph.value(id).rows; }
  [[nodiscard]] std::int64_t row_bytes(ValueId id) const { return graph.value(id).row_bytes; }
};

// The steps of the graph as a plan may run them: each by itself, row by row.
[[nodiscard]] PlannedGraph planned(const StepGraph& graph);

// The ids of these positions.
template <typename IdType>
[[nodiscard]] std::vector<IdType> ids(const std::vector<int>& positions) {
  std::vector<IdType> list;
  for (const int position : positions) list.emplace_back(position);
  return list;
}

// A random network of the MobileNetV2 family: a chain with residuals, dilations, strides, odd
// sizes, and values that are read a second time at the end.
[[nodiscard]] StepGraph random_network(unsigned seed, int blocks);

// The same with square images. Every step on them can work in tiles of columns. Windows are equal
// in both directions; the other steps are flat, and some have scratch that may be widened.
[[nodiscard]] StepGraph random_image_network(unsigned seed, int blocks);

}  // namespace spindle::testing
