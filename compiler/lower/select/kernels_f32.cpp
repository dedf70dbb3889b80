// float32 kernels other than convolutions.
#include <algorithm>

#include "compiler/lower/select/reduction_form.h"
#include "compiler/lower/select/selector.h"

namespace spindle {
namespace {

// The strides of a tensor, in elements, when it is broadcast to `out`; 0 in the dimensions where it
// is repeated.
std::vector<std::int64_t> broadcast_strides(const Shape& shape, const Shape& out) {
  std::vector<std::int64_t> strides(out.size(), 0);
  std::int64_t stride = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t from = shape.size() - 1 - i;
    if (shape[from] != 1) strides[out.size() - 1 - i] = stride;
    stride *= shape[from];
  }
  return strides;
}

bool lower_broadcast(Selector& s, const Node& node, const Binary& op) {
  const Tensor& a = s.tensor(node.inputs[0]);
  const Tensor& b = s.tensor(node.inputs[1]);
  const Tensor& y = s.tensor(node.output());
  if (y.shape.size() > kMaxRank) return false;
  const StepInput first = s.whole(node.inputs[0]);
  const StepInput second = s.whole(node.inputs[1]);
  s.add_step(node, {first, second}, node.output(), {},
             {kernel("spindle_binary_f32",
                     {int_field("kind", static_cast<int>(op.kind)),
                      int_field("rank", static_cast<std::int64_t>(y.shape.size())),
                      dims_field("extent", y.shape, 1),
                      dims_field("a_stride", broadcast_strides(a.shape, y.shape), 0),
                      dims_field("b_stride", broadcast_strides(b.shape, y.shape), 0),
                      float_field("lo", op.act.lo), float_field("hi", op.act.hi)},
                     {params_arg(), input_arg(0), input_arg(1), out_base_arg()})});
  return true;
}

bool lower_binary(Selector& s, const Node& node, const Binary& op) {
  const Tensor& a = s.tensor(node.inputs[0]);
  const Tensor& b = s.tensor(node.inputs[1]);
  if (op.kind != BinaryKind::kAdd || a.shape != b.shape) {
    return lower_binary_rows(s, node,
                             kernel("spindle_binary_rows_f32",
                                    {int_field("kind", static_cast<int>(op.kind))}, {}),
                             {float_field("lo", op.act.lo), float_field("hi", op.act.hi)}) ||
           lower_broadcast(s, node, op);
  }
  const Grid grid = grid_of(a.shape);
  StepInput first = s.pixels(node.inputs[0], grid);
  StepInput second = s.pixels(node.inputs[1], grid);
  first.in_place = second.in_place = true;
  s.add_step(
      node, {first, second}, node.output(), grid,
      {kernel("spindle_add_f32", {float_field("lo", op.act.lo), float_field("hi", op.act.hi)},
              {params_arg(), input_arg(0), input_arg(1), out_row_arg(),
               columns_arg(element_count(a.shape) / grid.rows / grid.columns)})});
  return true;
}

void add_map_step(Selector& s, const Node& node, KernelCall call) {
  const Grid grid = s.best_grid(node.inputs[0], node.output());
  StepInput input = s.pixels(node.inputs[0], grid);
  input.in_place = true;
  call.args = {params_arg(), input_arg(0), out_row_arg(),
               columns_arg(s.tensor(node.output()).elements() / grid.rows / grid.columns)};
  s.add_step(node, {input}, node.output(), grid, {std::move(call)});
}

}  // namespace

bool lower_elementwise_f32(Selector& s, const Node& node) {
  if (s.tensor(node.inputs[0]).type != DType::kF32) return false;
  if (const auto* op = node.as<Binary>()) return lower_binary(s, node, *op);
  if (const auto* op = node.as<Clip>()) {
    add_map_step(s, node,
                 kernel("spindle_clip_f32",
                        {float_field("lo", op->act.lo), float_field("hi", op->act.hi)}, {}));
    return true;
  }
  if (const auto* op = node.as<Unary>()) {
    // those that a kernel of its own computes
    const bool composed = op->kind >= UnaryKind::kGelu && op->kind <= UnaryKind::kMish;
    add_map_step(s, node,
                 kernel(composed ? "spindle_composed_f32" : "spindle_unary_f32",
                        {int_field("kind", static_cast<int>(op->kind)),
                         float_field("alpha", op->alpha), float_field("beta", op->beta)},
                        {}));
    return true;
  }
  return false;
}

bool lower_mean_f32(Selector& s, const Node& node) {
  const auto* op = node.as<Reduce>();
  const Tensor& x = s.tensor(node.inputs[0]);
  if (op == nullptr || x.type != DType::kF32) return false;
  if (op->kind != ReduceKind::kMean && op->kind != ReduceKind::kSum) return false;
  const ReductionForm form = reduction_form(*op, x.shape);
  if (form != ReductionForm::kPixels && form != ReductionForm::kColumns) return false;
  const SummedImage image = summed_image(form, x.shape);
  // The sums are divided by rows times width.
  const auto fields = [&](std::int64_t rows, std::int64_t width) {
    return std::vector<Field>{int_field("rows", rows), int_field("width", width),
                              int_field("channels", image.channels), float_field("lo", op->act.lo),
                              float_field("hi", op->act.hi)};
  };
  const bool mean = op->kind == ReduceKind::kMean;
  add_sums(
      s, node, image, kernel("spindle_mean_add_f32", fields(image.rows, image.width), {}),
      kernel("spindle_mean_end_f32", mean ? fields(image.rows, image.width) : fields(1, 1), {}));
  return true;
}

bool lower_reduce_f32(Selector& s, const Node& node) {
  const auto* op = node.as<Reduce>();
  const Tensor& x = s.tensor(node.inputs[0]);
  if (op == nullptr || x.type != DType::kF32 || x.shape.size() > kMaxRank) return false;
  std::vector<std::int64_t> reduced(kMaxRank, 0);
  for (int axis : op->axes) reduced[axis] = 1;
  Shape extent = x.shape;  // what one call reduces
  const bool by_rows = reduction_form(*op, x.shape) == ReductionForm::kRows;
  if (by_rows) extent[1] = 1;
  add_reduction(s, node, by_rows ? x.shape[1] : 1,
                kernel("spindle_reduce_f32",
                       {int_field("kind", static_cast<int>(op->kind)),
                        int_field("rank", static_cast<std::int64_t>(x.shape.size())),
                        dims_field("extent", std::move(extent), 1),
                        dims_field("reduced", std::move(reduced), 0), float_field("lo", op->act.lo),
                        float_field("hi", op->act.hi)},
                       {}));
  return true;
}

bool lower_softmax_f32(Selector& s, const Node& node) {
  const auto* op = node.as<Softmax>();
  const Tensor& x = s.tensor(node.inputs[0]);
  if (op == nullptr || x.type != DType::kF32) return false;
  std::int64_t outer = 1;
  std::int64_t inner = 1;
  for (std::size_t i = 0; i < x.shape.size(); ++i) {
    if (std::cmp_less(i, op->axis)) outer *= x.shape[i];
    if (std::cmp_greater(i, op->axis)) inner *= x.shape[i];
  }
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(node, {input}, node.output(), {},
             {kernel("spindle_softmax_f32",
                     {int_field("outer", outer), int_field("classes", x.shape[op->axis]),
                      int_field("inner", inner)},
                     {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

}  // namespace spindle
