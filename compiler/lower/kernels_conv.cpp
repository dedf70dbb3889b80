// Convolutions and dense layers: portable kernels, int8 and float32.
#include <span>

#include "compiler/ir/diagnostics.h"
#include "compiler/lower/selector.h"
#include "compiler/lower/weights.h"

namespace spindle {
namespace {

constexpr std::size_t kPanel = 8;  // SPINDLE_PW_F32_PANEL
// Up to as many input channels spindle_stem_s8 is the faster kernel.
constexpr std::int64_t kStemChannels = 4;

struct Operands {
  const Tensor& x;
  const Tensor& w;
  const Tensor* bias;
  const Tensor& y;
  Activation act;
};

Operands operands_of(const Selector& s, const Node& node) {
  const bool biased = node.inputs.size() > 2 && node.inputs[2] != kNoTensor;
  const auto* conv = node.as<Conv>();
  return {s.tensor(node.inputs[0]), s.tensor(node.inputs[1]),
          biased ? &s.tensor(node.inputs[2]) : nullptr, s.tensor(node.output()),
          conv != nullptr ? conv->act : node.as<Dense>()->act};
}

bool constant_operands(const Selector& s, const Node& node) {
  return s.graph.is_constant(node.inputs[1]) &&
         (node.inputs.size() < 3 || node.inputs[2] == kNoTensor ||
          s.graph.is_constant(node.inputs[2]));
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

// The arguments of a 1x1 kernel and the step around it.
void add_pointwise_step(Selector& s, const Node& node, std::int64_t inputs, KernelCall call) {
  const TensorId x = node.inputs[0];
  const TensorId y = node.output();
  const std::int64_t rows = row_shape(s.tensor(y).shape).rows;
  const StepInput input = s.rowwise(x, rows);
  const std::int64_t columns = columns_of(s.tensor(y).shape);
  call.args = {params_arg(), s.row_arg(x, 0, rows), out_row_arg(),
               columns_arg(s.tensor(x).elements() / rows / inputs / columns)};
  s.add_step(node, {input}, y, rows, {std::move(call)});
  s.by_columns(columns, true);
}

// Geometry fields shared by the window kernels, in the structs' order.
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
  const RowAccess access =
      RowAccess::window(conv.stride[0], conv.pad.top, conv.dilation[0] * (w[1] - 1) + 1);
  const StepInput input = s.window(node.inputs[0], access);
  call.args = {params_arg(), base_arg(0), out_row_arg(), y_arg(), x_arg(), columns_arg(1)};
  s.add_step(node, {input}, node.output(), s.tensor(node.output()).shape[1], {std::move(call)});
  s.by_columns(columns_of(s.tensor(node.output()).shape), false);
}

// Weights, bias, multiplier and weight_zero: the first members of the int8 structs.
std::vector<Field> int8_data(Selector& s, const Node& node, const std::vector<std::int8_t>& weights,
                             std::string layout, const std::vector<std::int32_t>& bias,
                             const IntWeights& unpacked) {
  const Operands o = operands_of(s, node);
  const std::string& name = s.tensor(node.output()).name;
  const int zero = unpacked.zero.empty() ? -1
                                         : s.add_constant(name + "_weight_zero", DType::kI32,
                                                          unpacked.zero, "per output channel");
  return {pointer_field("weights",
                        s.add_constant(name + "_weights", DType::kI8, weights, std::move(layout))),
          pointer_field("bias",
                        s.add_constant(name + "_bias", DType::kI32, bias, "per output channel")),
          pointer_field("multiplier", s.add_constant(name + "_multiplier", DType::kF32,
                                                     multipliers(o.x, o.w, o.y), "(sx * sw) / sy")),
          pointer_field("weight_zero", zero)};
}

void append_limits(std::vector<Field>& fields, const Operands& o) {
  const QuantLimits limits = stored_limits(o.act, o.y);
  fields.push_back(int_field("out_zero", stored_zero(o.y)));
  fields.push_back(int_field("lo", limits.lo));
  fields.push_back(int_field("hi", limits.hi));
}

// bias - zx * sum(w - zw), wrapping like the kernel's accumulator.
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

}  // namespace

bool lower_pointwise_s8(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  std::vector<Field> fields =
      int8_data(s, node, weights.values, "[out][in]", folded_bias(o, weights), weights);
  const std::int64_t inputs = o.x.shape.back();
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  add_pointwise_step(s, node, inputs,
                     kernel("spindle_pw_s8", "spindle_pw_s8_params", std::move(fields), {}));
  return true;
}

bool lower_window_s8(Selector& s, const Node& node) {
  if (node.as<Conv>() == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node)) return false;
  const Operands o = operands_of(s, node);
  const bool depthwise = is_depthwise(s.graph, node);
  const bool stem = node.as<Conv>()->groups == 1 && o.x.shape[3] <= kStemChannels;
  const IntWeights weights = int_weights(o.w);
  const auto outputs = static_cast<std::size_t>(o.w.shape[0]);
  const bool outputs_last = depthwise || stem;
  std::vector<Field> fields =
      int8_data(s, node, outputs_last ? transposed(weights.values, outputs) : weights.values,
                outputs_last ? "[kernel_h][kernel_w][in][out]" : "[out][kernel_h][kernel_w][in]",
                int_bias(o.bias, o.w.shape[0]), weights);
  for (Field& field : window_fields(s, node)) fields.push_back(std::move(field));
  fields.push_back(int_field("in_zero", stored_zero(o.x)));
  append_limits(fields, o);
  const char* symbol = depthwise ? "spindle_dw_s8" : stem ? "spindle_stem_s8" : "spindle_conv_s8";
  add_window_step(s, node, kernel(symbol, "spindle_conv_s8_params", std::move(fields), {}));
  return true;
}

bool lower_pointwise_f32(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_f32_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const std::string& name = o.y.name;
  const auto outputs = static_cast<std::size_t>(o.w.shape[0]);
  const std::int64_t inputs = o.x.shape.back();
  const std::size_t padded = (outputs + kPanel - 1) / kPanel * kPanel;
  const std::vector<float> panels = float_panels(float_values(o.w), outputs, kPanel);
  const int weights = s.add_constant(name + "_weights", DType::kF32, panels,
                                     "[panel][in][8], output channels in panels of 8");
  const int bias = s.add_constant(name + "_bias", DType::kF32, float_bias(o.bias, padded),
                                  "per output channel, padded");
  add_pointwise_step(
      s, node, inputs,
      kernel("spindle_pw_f32", "spindle_pw_f32_params",
             {pointer_field("weights", weights), pointer_field("bias", bias),
              int_field("in_channels", inputs), int_field("out_channels", o.w.shape[0]),
              float_field("lo", o.act.lo), float_field("hi", o.act.hi)},
             {}));
  return true;
}

bool lower_window_f32(Selector& s, const Node& node) {
  if (node.as<Conv>() == nullptr || !is_f32_conv(s, node) || !batch_of_one(s, node)) return false;
  const Operands o = operands_of(s, node);
  const bool depthwise = is_depthwise(s.graph, node);
  const auto outputs = static_cast<std::size_t>(o.w.shape[0]);
  const int weights =
      s.add_constant(o.y.name + "_weights", DType::kF32, transposed(float_values(o.w), outputs),
                     depthwise ? "[kernel_h][kernel_w][out]" : "[kernel_h][kernel_w][in][out]");
  const int bias = s.add_constant(o.y.name + "_bias", DType::kF32, float_bias(o.bias, outputs),
                                  "per output channel");
  std::vector<Field> fields{pointer_field("weights", weights), pointer_field("bias", bias)};
  for (Field& field : window_fields(s, node)) fields.push_back(std::move(field));
  fields.push_back(float_field("lo", o.act.lo));
  fields.push_back(float_field("hi", o.act.hi));
  add_window_step(s, node,
                  kernel(depthwise ? "spindle_dw_f32" : "spindle_conv_f32",
                         "spindle_conv_f32_params", std::move(fields), {}));
  return true;
}

}  // namespace spindle
