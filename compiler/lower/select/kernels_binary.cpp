// Elementwise operators of two tensors, row by row, and matrix products of two tensors.
#include <iterator>
#include <optional>

#include "compiler/ir/broadcast.h"
#include "compiler/lower/select/selector.h"

namespace spindle {
namespace {

// Strides, in matrices, of the outer dimensions of `shape` broadcast to those of `out`.
std::vector<std::int64_t> outer_strides(const Shape& shape, const Shape& out) {
  std::vector<std::int64_t> strides(kMaxRank, 0);
  std::int64_t stride = shape[shape.size() - 2] * shape.back();
  for (std::size_t i = 2; i < shape.size(); ++i) {
    const std::size_t from = shape.size() - 1 - i;
    if (shape[from] != 1) strides[out.size() - 1 - i] = stride;
    stride *= shape[from];
  }
  return strides;
}

StepInput read_operand(Selector& s, TensorId id, const RowOperand& operand, Grid grid) {
  const bool by_columns = operand.pixel > 0;
  if (operand.by_rows) return by_columns ? s.pixels(id, grid) : s.row(id, grid);
  return by_columns ? s.every_row(id, grid) : s.whole(id);
}

}  // namespace

bool lower_binary_rows(Selector& s, const Node& node, KernelCall call, std::vector<Field> rest) {
  const Shape& out = s.tensor(node.output()).shape;
  const std::optional<RowOperand> a = row_operand(s.tensor(node.inputs[0]).shape, out);
  const std::optional<RowOperand> b = row_operand(s.tensor(node.inputs[1]).shape, out);
  if (!a || !b) return false;
  const PixelRows form = pixel_rows(out);
  const Grid grid{form.rows, form.pixels};
  std::vector<StepInput> inputs;
  std::vector<KernelArg> args{params_arg()};
  for (int i = 0; i < 2; ++i) {
    const RowOperand& operand = i == 0 ? *a : *b;
    const TensorId id = node.inputs[i];
    inputs.push_back(read_operand(s, id, operand, grid));
    inputs.back().in_place = operand.by_rows && operand.pixel > 0 && operand.channel > 0;
    args.push_back(input_arg(i));
  }
  args.push_back(out_row_arg());
  args.push_back(columns_arg(1));
  const Field strides[] = {int_field("channels", form.channels), int_field("a_pixel", a->pixel),
                           int_field("a_channel", a->channel), int_field("b_pixel", b->pixel),
                           int_field("b_channel", b->channel)};
  call.fields.insert(call.fields.end(), std::begin(strides), std::end(strides));
  call.fields.insert(call.fields.end(), rest.begin(), rest.end());
  call.args = std::move(args);
  s.add_step(node, inputs, node.output(), grid, {std::move(call)});
  return true;
}

namespace {

// See docs/numeric-contract.md, Mul.
bool lower_mul_s8(Selector& s, const Node& node, const Activation& act) {
  const Tensor& a = s.tensor(node.inputs[0]);
  const Tensor& b = s.tensor(node.inputs[1]);
  const Tensor& y = s.tensor(node.output());
  const float scales = a.quant->scale[0] * b.quant->scale[0];
  const QuantLimits limits = stored_limits(act, y);
  return lower_binary_rows(
      s, node, kernel("spindle_mul_s8", {}, {}),
      {float_field("multiplier", scales / y.quant->scale[0]), int_field("a_zero", stored_zero(a)),
       int_field("b_zero", stored_zero(b)), int_field("out_zero", y.quant->zero_point[0]),
       int_field("out_offset", stored_offset(y)), int_field("lo", limits.lo),
       int_field("hi", limits.hi)});
}

}  // namespace

bool lower_binary_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Binary>();
  if (op == nullptr || op->kind == BinaryKind::kAdd || op->kind == BinaryKind::kPow) return false;
  const Tensor& a = s.tensor(node.inputs[0]);
  const Tensor& b = s.tensor(node.inputs[1]);
  const Tensor& y = s.tensor(node.output());
  if (!is_per_tensor_8bit(a) || !is_per_tensor_8bit(b) || !is_per_tensor_8bit(y)) return false;
  if (op->kind == BinaryKind::kMul) return lower_mul_s8(s, node, op->act);
  const QuantLimits limits = stored_limits(op->act, y);
  return lower_binary_rows(
      s, node, kernel("spindle_binary_s8", {int_field("kind", static_cast<int>(op->kind))}, {}),
      {float_field("a_scale", a.quant->scale[0]), float_field("b_scale", b.quant->scale[0]),
       float_field("out_scale", y.quant->scale[0]), int_field("a_zero", stored_zero(a)),
       int_field("b_zero", stored_zero(b)), int_field("out_zero", stored_zero(y)),
       int_field("lo", limits.lo), int_field("hi", limits.hi)});
}

bool lower_matmul_f32(Selector& s, const Node& node) {
  const Tensor& x = s.tensor(node.inputs[0]);
  if (node.as<MatMul>() == nullptr || x.type != DType::kF32) return false;
  const Tensor& y = s.tensor(node.output());
  const std::size_t outer = y.shape.size() - 2;
  if (outer > kMaxRank) return false;
  std::vector<std::int64_t> extent(y.shape.begin(), y.shape.end() - 2);
  const Shape& b = s.tensor(node.inputs[1]).shape;
  const StepInput first = s.whole(node.inputs[0]);
  const StepInput second = s.whole(node.inputs[1]);
  s.add_step(node, {first, second}, node.output(), {},
             {kernel("spindle_matmul_f32",
                     {int_field("rows", y.shape[outer]), int_field("depth", x.shape.back()),
                      int_field("columns", y.shape.back()),
                      int_field("rank", static_cast<std::int64_t>(outer)),
                      dims_field("extent", std::move(extent), 1),
                      dims_field("a_stride", outer_strides(x.shape, y.shape), 0),
                      dims_field("b_stride", outer_strides(b, y.shape), 0)},
                     {params_arg(), input_arg(0), input_arg(1), out_base_arg()})});
  return true;
}

}  // namespace spindle
