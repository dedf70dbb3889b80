#include "compiler/lower/select/conv_operands.h"

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

bool constant_operands(const Selector& s, const Node& node) {
  return s.graph.is_constant(node.inputs[1]) &&
         (node.inputs.size() < 3 || node.inputs[2] == kNoTensor ||
          s.graph.is_constant(node.inputs[2]));
}

}  // namespace

Operands operands_of(const Selector& s, const Node& node) {
  const bool biased = node.optional_input(2) != kNoTensor;
  return {s.tensor(node.inputs[0]), s.tensor(node.inputs[1]),
          biased ? &s.tensor(node.inputs[2]) : nullptr, s.tensor(node.output()),
          *activation_of(node.op)};
}

bool is_8bit_conv(const Selector& s, const Node& node) {
  const Operands o = operands_of(s, node);
  return constant_operands(s, node) && is_quantized_type(o.x.type) && is_quantized_type(o.y.type) &&
         o.x.quant && o.x.quant->per_tensor() && o.y.quant && o.y.quant->per_tensor() && o.w.quant;
}

bool is_f32_conv(const Selector& s, const Node& node) {
  return constant_operands(s, node) && s.tensor(node.inputs[0]).type == DType::kF32;
}

bool batch_of_one(const Selector& s, const Node& node) {
  return s.tensor(node.inputs[0]).shape[0] == 1;
}

void add_pointwise_step(Selector& s, const Node& node, std::int64_t inputs, KernelCall call) {
  const TensorId x = node.inputs[0];
  const TensorId y = node.output();
  const Grid grid = grid_of(s.tensor(y).shape);
  call.args = {params_arg(), input_arg(0), out_row_arg(),
               columns_arg(s.tensor(x).elements() / grid.rows / grid.columns / inputs)};
  s.add_step(node, {s.pixels(x, grid)}, y, grid, {std::move(call)});
}

std::vector<Field> window_fields(Selector& s, const Node& node) {
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  return {s.rows_field(node.inputs[0], 0),           int_field("in_width", o.x.shape[2]),
          int_field("in_channels", o.x.shape[3]),    int_field("out_width", o.y.shape[2]),
          int_field("out_channels", o.y.shape[3]),   int_field("groups", conv.groups),
          int_field("kernel_h", o.w.shape[1]),       int_field("kernel_w", o.w.shape[2]),
          int_field("stride_h", conv.stride[0]),     int_field("stride_w", conv.stride[1]),
          int_field("dilation_h", conv.dilation[0]), int_field("dilation_w", conv.dilation[1]),
          int_field("pad_top", conv.pad.top),        int_field("pad_left", conv.pad.left)};
}

void add_window_step(Selector& s, const Node& node, KernelCall call) {
  const Conv& conv = *node.as<Conv>();
  const Shape& w = s.tensor(node.inputs[1]).shape;
  const StepInput input =
      s.window(node.inputs[0],
               RowAccess::window(conv.stride[0], conv.pad.top, conv.dilation[0] * (w[1] - 1) + 1),
               RowAccess::window(conv.stride[1], conv.pad.left, conv.dilation[1] * (w[2] - 1) + 1));
  call.args = {params_arg(), input_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)};
  s.add_step(node, {input}, node.output(), grid_of(s.tensor(node.output()).shape),
             {std::move(call)});
}

std::vector<Field> conv_f32_fields(Selector& s, const Node& node, const std::vector<float>& weights,
                                   std::string layout, std::size_t bias_size) {
  const Operands o = operands_of(s, node);
  const ConstantId packed =
      s.add_constant(o.y.name + "_weights", DType::kF32, weights, std::move(layout));
  const ConstantId bias = s.add_constant(o.y.name + "_bias", DType::kF32,
                                         float_bias(o.bias, bias_size), "per output channel");
  std::vector<Field> fields{pointer_field("weights", packed), pointer_field("bias", bias)};
  for (Field& field : window_fields(s, node)) fields.push_back(std::move(field));
  fields.push_back(float_field("lo", o.act.lo));
  fields.push_back(float_field("hi", o.act.hi));
  return fields;
}

std::vector<Field> int8_data(Selector& s, const Node& node, const std::vector<std::int8_t>& weights,
                             std::string layout, const std::vector<std::int32_t>& bias,
                             const IntWeights& unpacked) {
  const Operands o = operands_of(s, node);
  const std::string& name = s.tensor(node.output()).name;
  const ConstantId zero =
      unpacked.zero.empty()
          ? ConstantId()
          : s.add_constant(name + "_weight_zero", DType::kI32, unpacked.zero, "per output channel");
  std::vector<float> scales = multipliers(o.x, o.w, o.y);
  if (!s.target.fpu) {
    scales = integer_multipliers(scales, output_range(o),
                                 accumulator_ranges(unpacked, folded_bias(o, unpacked)));
  }
  return {pointer_field("weights",
                        s.add_constant(name + "_weights", DType::kI8, weights, std::move(layout))),
          pointer_field("bias",
                        s.add_constant(name + "_bias", DType::kI32, bias, "per output channel")),
          pointer_field("multiplier", s.add_constant(name + "_multiplier", DType::kF32, scales,
                                                     "(sx * sw) / sy")),
          pointer_field("weight_zero", zero)};
}

void append_depthwise_fields(std::vector<Field>& fields, Selector& s, const Node& node) {
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  fields.insert(fields.end(),
                {s.rows_field(node.inputs[0], 0), int_field("in_width", o.x.shape[2]),
                 int_field("channels", o.x.shape[3]), int_field("stride", conv.stride[0]),
                 int_field("pad_top", conv.pad.top), int_field("pad_left", conv.pad.left),
                 int_field("in_zero", stored_zero(o.x))});
}

void append_stem_fields(std::vector<Field>& fields, Selector& s, const Node& node) {
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  fields.insert(fields.end(),
                {s.rows_field(node.inputs[0], 0), int_field("in_width", o.x.shape[2]),
                 int_field("in_channels", o.x.shape[3]), int_field("out_channels", o.y.shape[3]),
                 int_field("kernel_h", o.w.shape[1]), int_field("kernel_w", o.w.shape[2]),
                 int_field("stride_h", conv.stride[0]), int_field("stride_w", conv.stride[1]),
                 int_field("pad_top", conv.pad.top), int_field("pad_left", conv.pad.left),
                 int_field("in_zero", stored_zero(o.x))});
}

void append_limits(std::vector<Field>& fields, const Operands& o) {
  const QuantLimits limits = stored_limits(o.act, o.y);
  fields.push_back(int_field("out_zero", stored_zero(o.y)));
  fields.push_back(int_field("lo", limits.lo));
  fields.push_back(int_field("hi", limits.hi));
}

OutputRange output_range(const Operands& o) {
  const QuantLimits limits = stored_limits(o.act, o.y);
  return {stored_zero(o.y), limits.lo, limits.hi};
}

std::vector<std::int32_t> folded_bias(const Operands& o, const IntWeights& weights) {
  std::vector<std::int32_t> bias = int_bias(o.bias, o.w.shape[0]);
  const std::size_t taps = bias.empty() ? 0 : weights.values.size() / bias.size();
  const std::int64_t zx = stored_zero(o.x);
  for (std::size_t c = 0; c < bias.size(); ++c) {
    std::int64_t sum = 0;
    for (std::size_t t = 0; t < taps; ++t) sum += weights.values[c * taps + t];
    if (!weights.zero.empty()) sum -= static_cast<std::int64_t>(taps) * weights.zero[c];
    bias[c] = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias[c] - zx * sum));
  }
  return bias;
}

}  // namespace spindle
