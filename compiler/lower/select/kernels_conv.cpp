// Convolutions and dense layers: portable kernels, int8 and float32.
#include "compiler/lower/select/conv_operands.h"
#include "runtime/spindle.h"

namespace spindle {
namespace {

// spindle_stem_s8 is the faster kernel for up to this many input channels.
constexpr std::int64_t kStemChannels = 4;
// spindle_pw_s8_lanes is faster than spindle_pw_s8 for up to this many input channels. With so few,
// the vectors of inputs of spindle_pw_s8 are short, and it spends its time adding up their lanes.
constexpr std::int64_t kLanesChannels = 31;

}  // namespace

bool lower_pointwise_s8(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  const std::int64_t inputs = o.x.shape.back();
  const std::size_t outputs = o.w.shape[0];
  const bool lanes = s.target.portable_vectors && inputs <= kLanesChannels &&
                     weights.zero.empty() && neighbours_fit(weights.values, outputs);
  std::vector<Field> fields =
      int8_data(s, node, lanes ? transposed(weights.values, outputs) : weights.values,
                lanes ? "[in][out]" : "[out][in]", folded_bias(o, weights), weights);
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  add_pointwise_step(
      s, node, inputs,
      kernel(lanes ? "spindle_pw_s8_lanes" : "spindle_pw_s8", std::move(fields), {}));
  return true;
}

bool lower_window_s8(Selector& s, const Node& node) {
  if (node.as<Conv>() == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node)) return false;
  const Operands o = operands_of(s, node);
  const bool depthwise = is_depthwise(s.graph, node);
  const bool stem = node.as<Conv>()->groups == 1 && o.x.shape[3] <= kStemChannels;
  const IntWeights weights = int_weights(o.w);
  const std::size_t outputs = o.w.shape[0];
  const bool outputs_last = depthwise || stem;
  std::vector<Field> fields =
      int8_data(s, node, outputs_last ? transposed(weights.values, outputs) : weights.values,
                outputs_last ? "[kernel_h][kernel_w][in][out]" : "[out][kernel_h][kernel_w][in]",
                int_bias(o.bias, o.w.shape[0]), weights);
  for (Field& field : window_fields(s, node)) fields.push_back(std::move(field));
  fields.push_back(int_field("in_zero", stored_zero(o.x)));
  append_limits(fields, o);
  const char* symbol = depthwise ? "spindle_dw_s8" : stem ? "spindle_stem_s8" : "spindle_conv_s8";
  add_window_step(s, node, kernel(symbol, std::move(fields), {}));
  return true;
}

bool lower_pointwise_f32(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_f32_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const std::string& name = o.y.name;
  const std::size_t outputs = o.w.shape[0];
  const std::int64_t inputs = o.x.shape.back();
  constexpr std::size_t kPanel = SPINDLE_PW_F32_PANEL;
  const std::size_t padded = (outputs + kPanel - 1) / kPanel * kPanel;
  const std::vector<float> panels = float_panels(float_values(o.w), outputs, kPanel);
  const ConstantId weights = s.add_constant(name + "_weights", DType::kF32, panels,
                                            "[panel][in][8], output channels in panels of 8");
  const ConstantId bias = s.add_constant(name + "_bias", DType::kF32, float_bias(o.bias, padded),
                                         "per output channel, padded");
  add_pointwise_step(
      s, node, inputs,
      kernel("spindle_pw_f32",
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
  const std::size_t outputs = o.w.shape[0];
  std::vector<Field> fields = conv_f32_fields(
      s, node, transposed(float_values(o.w), outputs),
      depthwise ? "[kernel_h][kernel_w][out]" : "[kernel_h][kernel_w][in][out]", outputs);
  add_window_step(s, node,
                  kernel(depthwise ? "spindle_dw_f32" : "spindle_conv_f32", std::move(fields), {}));
  return true;
}

}  // namespace spindle
