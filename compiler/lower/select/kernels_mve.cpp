// Kernels for Cortex-M with Helium (MVE), int8; those for float32 are in kernels_m_f32.cpp.
#include <array>
#include <cmath>

#include "compiler/lower/pack/pack_mve.h"
#include "compiler/lower/select/conv_operands.h"
#include "runtime/spindle.h"

namespace spindle {
namespace {

// Output channels of a panel of a matrix product, and the limit below which the number of output
// channels must be.
constexpr std::int64_t kPanelChannels = 4;
constexpr std::int64_t kMostChannels = 1 << 14;
// Channels that the 3 x 3 depthwise kernel computes together.
constexpr std::int64_t kBlock = 16;
// Channels that the depthwise kernel for any window computes together.
constexpr std::int64_t kWideBlock = 8;

constexpr const char* kGemmLayout =
    "[panel of 4 outputs]: weights [block][output][16 inputs], biases, multipliers (float)";
constexpr const char* kGemmZerosLayout =
    "[panel of 4 outputs]: weights [block][output][16 inputs], less their zero points, biases, "
    "multipliers (float)";
constexpr const char* kDepthwiseLayout =
    "[group of 4 channels]: biases and multipliers (float), 0, weights [channel][4][4]";

constexpr const char* kWideLayout =
    "[block of 8 channels]: biases, multipliers (float), even channels first; weights [tap][8] "
    "(int16)";

bool suits_gemm(const Operands& o) {
  const std::int64_t channels = o.w.shape[0];
  return channels >= kPanelChannels && channels < kMostChannels;
}

bool is_window(const Selector& s, const Node& node) {
  return node.as<Conv>() != nullptr && is_8bit_conv(s, node) && batch_of_one(s, node);
}

using Pack = std::vector<std::int32_t> (*)(const ChannelData&);

// The field `weights` of the kernels' structs, a pointer to packed words.
Field packed_field(Selector& s, const Node& node, const IntWeights& weights, Pack pack,
                   const char* layout) {
  const Operands o = operands_of(s, node);
  const std::vector<std::int32_t> bias = folded_bias(o, weights);
  const std::vector<float> multiplier = multipliers(o.x, o.w, o.y);
  return pointer_field(
      "weights", s.add_constant(o.y.name + "_weights", DType::kI32,
                                pack({weights.values, bias, multiplier, weights.zero}), layout));
}

// The same for a matrix product. Sets `suffix` to the end of the kernel's name.
Field gemm_field(Selector& s, const Node& node, const IntWeights& weights, std::string& suffix) {
  const bool plain = weights.zero.empty();
  suffix = plain ? "_s8_mve" : "_s8w_mve";
  return packed_field(s, node, weights, pack_mve_gemm, plain ? kGemmLayout : kGemmZerosLayout);
}

}  // namespace

bool lower_pointwise_s8_mve(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const std::int64_t inputs = o.x.shape.back();
  if (inputs < 1 || !suits_gemm(o)) return false;
  std::string suffix;
  std::vector<Field> fields{gemm_field(s, node, centered_weights(o.w), suffix)};
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  add_pointwise_step(s, node, inputs, kernel("spindle_pw" + suffix, std::move(fields), {}));
  return true;
}

bool lower_dw3x3_s8_mve(Selector& s, const Node& node) {
  if (!is_window(s, node) || !is_depthwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  const IntWeights weights = centered_weights(o.w);
  const bool window = o.w.shape[1] == 3 && o.w.shape[2] == 3 && conv.dilation[0] == 1 &&
                      conv.dilation[1] == 1 && conv.stride[0] == conv.stride[1] &&
                      conv.stride[0] <= 2;
  if (!window || o.y.shape[3] != o.x.shape[3] || o.y.shape[3] < kBlock || !weights.zero.empty()) {
    return false;
  }
  std::vector<Field> fields{packed_field(s, node, weights, pack_mve_dw3x3, kDepthwiseLayout)};
  append_depthwise_fields(fields, s, node);
  append_limits(fields, o);
  add_window_step(s, node, kernel("spindle_dw3x3_s8_mve", std::move(fields), {}));
  s.add_scratch();
  return true;
}

bool lower_dw_s8_mve(Selector& s, const Node& node) {
  if (!is_window(s, node) || !is_depthwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  if (o.y.shape[3] != o.x.shape[3] || o.y.shape[3] < kWideBlock ||
      o.w.shape[1] > SPINDLE_DW_S8_MVE_ROWS) {
    return false;
  }
  std::vector<Field> fields{
      packed_field(s, node, centered_weights(o.w), pack_mve_depthwise, kWideLayout)};
  fields.insert(fields.end(),
                {s.rows_field(node.inputs[0], 0), int_field("in_width", o.x.shape[2]),
                 int_field("channels", o.x.shape[3]), int_field("kernel_h", o.w.shape[1]),
                 int_field("kernel_w", o.w.shape[2]), int_field("stride_h", conv.stride[0]),
                 int_field("stride_w", conv.stride[1]), int_field("dilation_h", conv.dilation[0]),
                 int_field("dilation_w", conv.dilation[1]), int_field("pad_top", conv.pad.top),
                 int_field("pad_left", conv.pad.left), int_field("in_zero", stored_zero(o.x))});
  append_limits(fields, o);
  add_window_step(s, node, kernel("spindle_dw_s8_mve", std::move(fields), {}));
  return true;
}

bool lower_stem_s8_mve(Selector& s, const Node& node) {
  if (!is_window(s, node)) return false;
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  const std::int64_t taps = o.w.shape[1] * o.w.shape[2] * o.x.shape[3];
  const bool plain = conv.groups == 1 && conv.dilation[0] == 1 && conv.dilation[1] == 1;
  if (!plain || taps < 1 || taps > kStemTaps || !suits_gemm(o)) return false;
  std::string suffix;
  std::vector<Field> fields{gemm_field(s, node, centered_weights(o.w), suffix)};
  append_stem_fields(fields, s, node);
  append_limits(fields, o);
  add_window_step(s, node, kernel("spindle_stem" + suffix, std::move(fields), {}));
  s.add_scratch();
  return true;
}

}  // namespace spindle
