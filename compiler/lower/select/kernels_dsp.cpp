// Kernels for Arm's DSP extension (Cortex-M4, M7, M33), int8.
#include <algorithm>

#include "compiler/lower/select/conv_operands.h"
#include "runtime/spindle.h"

namespace spindle {
namespace {

// The multipliers in groups of `size` channels. If groups may `overlap`, the last one ends at the
// last channel; otherwise it goes beyond it.
std::vector<std::int32_t> multiplier_groups(const Operands& o, const IntWeights& weights,
                                            const std::vector<std::int32_t>& bias, std::size_t size,
                                            bool overlap) {
  const std::size_t outputs = bias.size();
  std::vector<std::size_t> first;
  for (std::size_t c = 0; c < outputs; c += size) {
    first.push_back(overlap ? std::min(c, outputs - size) : c);
  }
  return requantizers(multipliers(o.x, o.w, o.y), output_range(o),
                      accumulator_ranges(weights, bias), first, size);
}

std::vector<std::int32_t> padded_to_even(std::vector<std::int32_t> values) {
  if (values.size() % 2 != 0) values.push_back(0);
  return values;
}

// The fields `weights` and `weight_zero` of kernels that use spindle_gemm_s8_dsp. `ordered` are the
// node's weights in the order of the kernel's inputs.
std::vector<Field> gemm_data(Selector& s, const Node& node, const IntWeights& ordered) {
  const Operands o = operands_of(s, node);
  const std::string& name = o.y.name;
  const std::vector<std::int32_t> bias = folded_bias(o, ordered);
  const std::vector<std::int32_t> packed =
      dsp_pairs(ordered, bias, multiplier_groups(o, ordered, bias, 2, false));
  const ConstantId zero = ordered.zero.empty()
                              ? ConstantId()
                              : s.add_constant(name + "_weight_zero", DType::kI32,
                                               padded_to_even(ordered.zero), "per output channel");
  return {
      pointer_field("weights",
                    s.add_constant(name + "_weights", DType::kI32, packed,
                                   "[pair of outputs]: biases, multipliers, weights in pairs of "
                                   "inputs (int8)")),
      pointer_field("weight_zero", zero)};
}

}  // namespace

bool lower_pointwise_s8_dsp(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const std::int64_t inputs = o.x.shape.back();
  if (inputs < 1) return false;
  const IntWeights weights = centered_weights(o.w);
  std::vector<Field> fields = gemm_data(s, node, weights);
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  fields.push_back(columns_field("chunk"));
  add_pointwise_step(s, node, inputs, kernel("spindle_pw_s8_dsp", std::move(fields), {}));
  s.add_scratch();
  return true;
}

bool lower_stem_s8_dsp(Selector& s, const Node& node) {
  if (node.as<Conv>() == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node)) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  const std::int64_t taps = o.w.shape[1] * o.w.shape[2] * o.w.shape[3];
  if (conv.groups != 1 || conv.dilation[0] != 1 || conv.dilation[1] != 1 || taps < 1 ||
      taps > SPINDLE_STEM_S8_DSP_TAPS || o.w.shape[1] > SPINDLE_STEM_S8_DSP_ROWS) {
    return false;
  }
  const std::size_t outputs = o.w.shape[0];
  const IntWeights ordered =
      words_first(centered_weights(o.w), outputs, o.w.shape[1], o.w.shape[2] * o.w.shape[3]);
  std::vector<Field> fields = gemm_data(s, node, ordered);
  append_stem_fields(fields, s, node);
  append_limits(fields, o);
  fields.push_back(columns_field("chunk"));
  add_window_step(s, node, kernel("spindle_stem_s8_dsp", std::move(fields), {}));
  s.add_scratch();
  return true;
}

namespace {

// Whether the padding is at most 1 and the last of `count` windows begins inside of the image.
bool windows_touch(std::int64_t size, std::int64_t count, int stride, int pad) {
  return pad <= 1 && (count - 1) * stride - pad < size;
}

// The side of the window, 3 or 5, if there is a kernel for the convolution; 0 if not.
std::int64_t depthwise_side(const Selector& s, const Node& node) {
  if (!is_depthwise(s.graph, node)) return 0;
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  const std::int64_t side = o.w.shape[1];
  const bool square = side == o.w.shape[2] && conv.stride[0] == conv.stride[1] &&
                      (conv.stride[0] == 1 || conv.stride[0] == 2) && conv.dilation[0] == 1 &&
                      conv.dilation[1] == 1;
  if (!square || o.x.shape[3] != o.y.shape[3] || o.y.shape[3] < 4) return 0;
  if (side == 5) return side;
  const bool touch = windows_touch(o.x.shape[1], o.y.shape[1], conv.stride[0], conv.pad.top) &&
                     windows_touch(o.x.shape[2], o.y.shape[2], conv.stride[1], conv.pad.left);
  return side == 3 && touch ? side : 0;
}

// Packed weights and the kernel that reads them.
struct Depthwise {
  const char* symbol;
  std::vector<std::int32_t> packed;
  const char* layout;
  std::vector<std::int32_t> multipliers;
};

Depthwise depthwise_of(const Operands& o, std::int64_t side) {
  const IntWeights weights = centered_weights(o.w);
  const std::vector<std::int32_t> bias = folded_bias(o, weights);
  std::vector<std::int32_t> scales = multiplier_groups(o, weights, bias, 4, true);
  if (side == 3 && weights.zero.empty()) {
    return {"spindle_dw3x3_s8_dsp", dsp_depthwise(weights.values, bias),
            "[block of 4 channels][0, 2, 1, 3][9 weights, bias]", std::move(scales)};
  }
  return {side == 3 ? "spindle_dw3x3_s8w_dsp" : "spindle_dw5x5_s8_dsp",
          dsp_depthwise_pairs(weights, bias, side),
          "[block of 4 channels][0, 2, 1, 3][weights in pairs, bias]", std::move(scales)};
}

}  // namespace

bool lower_depthwise_s8_dsp(Selector& s, const Node& node) {
  if (node.as<Conv>() == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node)) {
    return false;
  }
  const std::int64_t side = depthwise_side(s, node);
  if (side == 0) return false;
  const Operands o = operands_of(s, node);
  const Depthwise depthwise = depthwise_of(o, side);
  const std::string& name = o.y.name;
  std::vector<Field> fields{
      pointer_field("weights", s.add_constant(name + "_weights", DType::kI32, depthwise.packed,
                                              depthwise.layout)),
      pointer_field("multiplier",
                    s.add_constant(name + "_multiplier", DType::kI32, depthwise.multipliers,
                                   "[block of 4 channels], (sx * sw) / sy"))};
  append_depthwise_fields(fields, s, node);
  append_limits(fields, o);
  add_window_step(s, node, kernel(depthwise.symbol, std::move(fields), {}));
  s.add_scratch();
  return true;
}

}  // namespace spindle
