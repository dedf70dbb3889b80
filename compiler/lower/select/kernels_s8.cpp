// int8 kernels other than convolutions.
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/op_traits.h"
#include "compiler/lower/select/selector.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

// Adds a step that maps the rows of `node`'s first input to rows of its output. A call gets the
// number of elements divided by `divisor`.
void add_rowwise_step(Selector& s, const Node& node, KernelCall call, std::int64_t divisor,
                      bool in_place) {
  const TensorId x = node.inputs[0];
  const TensorId y = node.output();
  const Grid grid = s.best_grid(x, y, divisor);
  StepInput input = s.pixels(x, grid);
  input.in_place = in_place;
  call.args = {params_arg(), input_arg(0), out_row_arg(),
               columns_arg(s.tensor(y).elements() / grid.rows / grid.columns / divisor)};
  s.add_step(node, {input}, y, grid, {std::move(call)});
}

// The function of one 8-bit value that `node` computes, on stored values: 256 entries, from -128
// on.
std::vector<std::int8_t> table_of(const Selector& s, const Node& node) {
  const Tensor& y = s.tensor(node.output());
  const ConstantPtr result = evaluate_8bit(s.graph, node);
  std::vector<std::int8_t> table;
  for (int i = 0; i < 256; ++i) {
    table.push_back(static_cast<std::int8_t>(result->as_int(i) - stored_offset(y)));
  }
  return table;
}

bool is_identity(const std::vector<std::int8_t>& table) {
  for (int i = 0; i < 256; ++i) {
    if (table[i] != i - 128) return false;
  }
  return true;
}

}  // namespace

namespace {

// See docs/numeric-contract.md, Add. Computed in float32, with the zero points of the model's own
// tensors.
std::vector<Field> add_fields(const Activation& act, const Tensor& a, const Tensor& b,
                              const Tensor& y) {
  const float ra = a.quant->scale[0] / y.quant->scale[0];
  const float rb = b.quant->scale[0] / y.quant->scale[0];
  const float zb = rb * static_cast<float>(b.quant->zero_point[0]);
  const float zeros = std::fma(ra, static_cast<float>(a.quant->zero_point[0]), zb);
  const float f = static_cast<float>(y.quant->zero_point[0]) - zeros;
  const QuantLimits limits = stored_limits(act, y);
  return {float_field("a_scale", ra),
          float_field("b_scale", rb),
          float_field("bias", f),
          int_field("a_offset", stored_offset(a)),
          int_field("b_offset", stored_offset(b)),
          int_field("out_offset", stored_offset(y)),
          int_field("lo", limits.lo),
          int_field("hi", limits.hi)};
}

// For operands that are broadcast or have a single value, which needs no faster kernel. A first
// operand of a single value counts as the second one (docs/numeric-contract.md, Add).
bool lower_add_rows_s8(Selector& s, Node node, const Activation& act) {
  if (element_count(s.tensor(node.inputs[0]).shape) == 1) {
    std::swap(node.inputs[0], node.inputs[1]);
  }
  return lower_binary_rows(
      s, node, kernel("spindle_add_rows_s8", {}, {}),
      add_fields(act, s.tensor(node.inputs[0]), s.tensor(node.inputs[1]), s.tensor(node.output())));
}

}  // namespace

bool lower_add_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Binary>();
  if (op == nullptr || op->kind != BinaryKind::kAdd) return false;
  const Tensor& a = s.tensor(node.inputs[0]);
  const Tensor& b = s.tensor(node.inputs[1]);
  const Tensor& y = s.tensor(node.output());
  if (!is_per_tensor_8bit(a) || !is_per_tensor_8bit(b) || !is_per_tensor_8bit(y)) return false;
  if (a.shape != b.shape || element_count(a.shape) == 1) return lower_add_rows_s8(s, node, op->act);
  const Grid grid = grid_of(y.shape);
  StepInput first = s.pixels(node.inputs[0], grid);
  StepInput second = s.pixels(node.inputs[1], grid);
  first.in_place = second.in_place = true;
  s.add_step(node, {first, second}, node.output(), grid,
             {kernel("spindle_add_s8", add_fields(op->act, a, b, y),
                     {params_arg(), input_arg(0), input_arg(1), out_row_arg(),
                      columns_arg(element_count(y.shape) / grid.rows / grid.columns)})});
  return true;
}

bool lower_table_s8(Selector& s, const Node& node) {
  const OpTraits traits = traits_of(node.op);
  if (!traits.unary() || traits.eight_bit != EightBit::kOwnRule) return false;
  const Tensor& y = s.tensor(node.output());
  if (!is_per_tensor_8bit(s.tensor(node.inputs[0])) || !is_per_tensor_8bit(y)) return false;
  const std::vector<std::int8_t> table = table_of(s, node);
  if (is_identity(table) && !s.writes_output(node.output())) {
    s.alias(node.output(), node.inputs[0]);
    return true;
  }
  const ConstantId constant =
      s.add_constant(y.name + "_table", DType::kI8, table, "[input value], from -128 on");
  add_rowwise_step(s, node, kernel("spindle_lut_s8", {pointer_field("table", constant)}, {}), 1,
                   true);
  return true;
}

bool lower_table(Selector& s, const Node& node) {
  const auto* op = node.as<Table>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const Constant& table = *s.tensor(node.inputs[1]).constant;
  const bool f32 = y.type == DType::kF32;
  // The channels must be the last dimension. If there is only one channel, any dimension will do.
  const std::int64_t channels = table.shape()[0];
  if (op->axis >= 0 && channels > 1 && op->axis + 1 != std::ssize(x.shape)) {
    return false;
  }
  std::vector<std::int8_t> bytes;
  std::vector<float> floats;
  for (std::int64_t i = 0; i < table.size(); ++i) {
    if (f32) {
      floats.push_back(table.as<float>()[i]);
    } else {
      bytes.push_back(static_cast<std::int8_t>(table.as_int(i) - stored_offset(y)));
    }
  }
  const std::string name = y.name + "_table";
  const char* comment = "[channel][input value], from the lowest value on";
  const ConstantId constant = f32 ? s.add_constant(name, DType::kF32, floats, comment)
                                  : s.add_constant(name, DType::kI8, bytes, comment);
  KernelCall call = kernel(f32 ? "spindle_table_f32" : "spindle_table_s8",
                           {pointer_field("table", constant), int_field("channels", channels)}, {});
  add_rowwise_step(s, node, std::move(call), channels, !f32);
  return true;
}

bool lower_softmax_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Softmax>();
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (op == nullptr || !is_per_tensor_8bit(x) || !is_per_tensor_8bit(y)) return false;
  const std::size_t axis = op->axis;
  const std::int64_t classes = x.shape[axis];
  std::int64_t inner = 1;
  for (std::size_t i = axis + 1; i < x.shape.size(); ++i) inner *= x.shape[i];
  std::vector<float> table;
  for (int d = 0; d < 256; ++d) {
    table.push_back(static_cast<float>(std::exp(-static_cast<double>(x.quant->scale[0]) * d)));
  }
  const ConstantId constant =
      s.add_constant(y.name + "_exp", DType::kF32, table, "exp(-d * scale)");
  const float steps = 1.0F / y.quant->scale[0];
  KernelCall call = kernel("spindle_softmax_s8",
                           {pointer_field("exp_table", constant), int_field("classes", classes),
                            float_field("steps", classes == 1 ? steps : std::floor(steps)),
                            int_field("out_zero", stored_zero(y)), int_field("inner", inner)},
                           {});
  if (inner == 1) {
    add_rowwise_step(s, node, std::move(call), classes, false);
    return true;
  }
  call.args = {params_arg(), input_arg(0), out_base_arg(), int_arg(x.elements() / classes)};
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(node, {input}, node.output(), {}, {std::move(call)});
  return true;
}

bool lower_quantize(Selector& s, const Node& node) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (node.as<Quantize>() != nullptr && x.type == DType::kF32 && is_per_tensor_8bit(y)) {
    add_rowwise_step(
        s, node,
        kernel("spindle_quantize_f32_s8",
               {float_field("scale", y.quant->scale[0]), int_field("zero", stored_zero(y))}, {}),
        1, false);
    return true;
  }
  const bool dequantize = node.as<Dequantize>() != nullptr && is_per_tensor_8bit(x);
  const auto* cast = node.as<Cast>();
  const bool widen = cast != nullptr && cast->to == DType::kF32 && is_quantized_type(x.type);
  if (!dequantize && !widen) return false;
  add_rowwise_step(s, node,
                   kernel("spindle_dequantize_s8_f32",
                          {float_field("scale", dequantize ? x.quant->scale[0] : 1.0F),
                           int_field("zero", dequantize ? stored_zero(x) : -stored_offset(x))},
                          {}),
                   1, false);
  return true;
}

}  // namespace spindle
