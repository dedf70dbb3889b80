#include "compiler/lower/select/reduction_form.h"

#include <algorithm>
#include <utility>

namespace spindle {

ReductionForm reduction_form(const Reduce& op, const Shape& shape) {
  if (shape.size() != 4 || shape[0] != 1) return ReductionForm::kWhole;
  const auto reduces = [&](int axis) {
    return std::find(op.axes.begin(), op.axes.end(), axis) != op.axes.end();
  };
  if (!reduces(1)) return ReductionForm::kRows;
  if (reduces(3)) return ReductionForm::kWhole;
  return reduces(2) ? ReductionForm::kPixels : ReductionForm::kColumns;
}

std::int64_t reduced_elements(const Reduce& op, const Shape& shape) {
  std::int64_t count = 1;
  for (int axis : op.axes) count *= shape[axis];
  return count;
}

SummedImage summed_image(ReductionForm form, const Shape& shape) {
  if (form == ReductionForm::kColumns) return {shape[1], 1, shape[2] * shape[3]};
  return {shape[1], shape[2], shape[3]};
}

void add_sums(Selector& s, const Node& node, const SummedImage& image, KernelCall add,
              KernelCall end) {
  const ValueId sums = s.add_value({.name = s.tensor(node.output()).name + "_sums",
                                    .rows = image.rows,
                                    .row_bytes = image.channels * 4,
                                    .accumulator = true});
  const StepInput input = s.pixels(node.inputs[0], {image.rows, image.width});
  add.args = {params_arg(), input_arg(0), out_base_arg(), y_arg(), x_arg(), columns_arg(1)};
  end.args = {params_arg(), input_arg(0), out_row_arg()};
  s.add_step(node, "sum", {input}, sums, image.width, {std::move(add)});
  const StepInput last{sums, {0, 1, image.rows - 1, 1}, false, false};
  s.add_step(node, {last}, node.output(), {}, {std::move(end)});
}

void add_reduction(Selector& s, const Node& node, std::int64_t rows, KernelCall call) {
  const Grid grid{rows, 1};
  const StepInput input = s.row(node.inputs[0], grid);
  call.args = {params_arg(), input_arg(0), out_row_arg()};
  s.add_step(node, {input}, node.output(), grid, {std::move(call)});
}

}  // namespace spindle
