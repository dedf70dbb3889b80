// Kernels for Cortex-A: NEON, the dot product instructions and the 8-bit matrix product
// instructions.
#include <algorithm>
#include <array>

#include "compiler/lower/pack/pack_neon.h"
#include "compiler/lower/select/conv_operands.h"

namespace spindle {
namespace {

// The matrix product kernels of a target.
struct Gemm {
  std::string suffix;  // end of the kernels' names
  int channels;        // output channels of a panel
  int step;            // the inputs of a window are padded to a multiple of this, and to at least
                       // 16
  ReadOrder (*order)(int depth);
  bool by_twos;        // see GemmLayout
  std::string layout;  // layout of a panel's weights
};

Gemm gemm_of(const Target& target) {
  if (target.i8mm) {
    return {"_i8mm", 8, 8, i8mm_order, true, "[block of inputs][8 output channels][8 inputs]"};
  }
  if (target.dotprod) {
    return {"_dot", 8, 4, dot_order, false, "[quad of inputs][8 output channels][4 inputs]"};
  }
  return {"_neon",    4,     16,
          neon_order, false, "[block of inputs][4 output channels][16 or 8 inputs]"};
}

// Limits of the kernels that compute a first convolution as a matrix product
// (runtime/neon/spindle_stem_gemm_s8.h): bytes of a row of a window, and of a whole window.
constexpr std::int64_t kStemRow = 16;
constexpr std::int64_t kStemWindow = 80;

// Channels of an int8 vector. The 3 x 3 depthwise kernels need at least as many.
constexpr std::int64_t kRegisterBytes = 16;
// Channels of a float panel (SPINDLE_PW_F32_PANEL); the float 3 x 3 depthwise kernel needs at least
// as many.
constexpr std::size_t kFloatChannels = 8;

// The fields panels and weight_zero of matrix products. `weights` are [output][inputs]. Empty if
// the kernel cannot take them.
std::vector<Field> gemm_data(Selector& s, const Node& node, const Gemm& gemm,
                             const IntWeights& weights, const std::vector<std::int32_t>& bias) {
  const Operands o = operands_of(s, node);
  const std::size_t inputs = weights.values.size() / bias.size();
  if (inputs < 8 || o.w.shape[0] < gemm.channels) return {};
  const GemmLayout layout{gemm.order(static_cast<int>(inputs)), gemm.channels, gemm.by_twos};
  if (gemm.order == neon_order && !pairs_fit(weights.values, layout.order)) return {};
  const std::vector<std::int8_t> panels =
      pack_panels(layout, weights.values, bias, multipliers(o.x, o.w, o.y));
  const ConstantId zero = weights.zero.empty()
                              ? ConstantId()
                              : s.add_constant(o.y.name + "_weight_zero", DType::kI32, weights.zero,
                                               "per output channel");
  return {pointer_field("panels", s.add_constant(o.y.name + "_panels", DType::kI8, panels,
                                                 "[panel]: biases, multipliers, " + gemm.layout)),
          pointer_field("weight_zero", zero)};
}

// Appends the fields out_zero, lo, hi and narrow of the NEON structs.
void append_range(std::vector<Field>& fields, const Operands& o, const IntWeights& weights) {
  append_limits(fields, o);
  fields.push_back(
      int_field("narrow", narrow_results(weights.values, weights.zero, folded_bias(o, weights),
                                         multipliers(o.x, o.w, o.y))));
}

// Pads the inputs of each output, [outputs][inputs], with zeros to `wanted`.
template <typename T>
std::vector<T> padded_inputs(const std::vector<T>& values, std::size_t inputs, std::size_t wanted) {
  std::vector<T> result;
  for (std::size_t i = 0; i < values.size(); i += inputs) {
    for (std::size_t k = 0; k < wanted; ++k) result.push_back(k < inputs ? values[i + k] : T{});
  }
  return result;
}

// Channels of a block of the int8 3 x 3 depthwise kernels.
std::int64_t dw3x3_block(const Target& target) {
  return target.a64 ? kRegisterBytes : kRegisterBytes / 2;
}

// Whether the 3 x 3 depthwise kernels, which compute `channels` channels at a time, take this
// convolution, which must be depthwise.
bool is_dw3x3(const Operands& o, const Conv& conv, std::int64_t channels) {
  const bool wide = o.w.shape[0] >= channels && o.w.shape[0] == o.x.shape[3];
  const bool window = o.w.shape[1] == 3 && o.w.shape[2] == 3 && conv.dilation[0] == 1 &&
                      conv.dilation[1] == 1 && conv.stride[1] <= 2;
  // This ensures that every window has a row inside of the image.
  const bool reaches = conv.pad.top <= 2 && conv.pad.bottom <= 2;
  return wide && window && reaches;
}

// The number of inputs of a window if the convolution may become a matrix product; otherwise 0.
std::int64_t stem_taps(const Operands& o, const Conv& conv) {
  const std::int64_t taps = o.w.shape[1] * o.w.shape[2] * o.x.shape[3];
  const bool plain = conv.groups == 1 && conv.dilation[0] == 1 && conv.dilation[1] == 1;
  return plain && taps <= kStemWindow ? taps : 0;
}

}  // namespace

bool lower_pointwise_s8_neon(Selector& s, const Node& node) {
  if (!is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const Gemm gemm = gemm_of(s.target);
  const IntWeights weights = int_weights(o.w);
  const std::int64_t inputs = o.x.shape.back();
  std::vector<Field> fields = gemm_data(s, node, gemm, weights, folded_bias(o, weights));
  if (fields.empty()) return false;
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_range(fields, o, weights);
  add_pointwise_step(s, node, inputs, kernel("spindle_pw_s8" + gemm.suffix, std::move(fields), {}));
  return true;
}

bool lower_dw3x3_s8_neon(Selector& s, const Node& node) {
  const auto* conv = node.as<Conv>();
  if (conv == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node) ||
      !is_depthwise(s.graph, node)) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  const std::int64_t block = dw3x3_block(s.target);
  if (!is_dw3x3(o, *conv, block) || !weights.zero.empty()) return false;
  if (!s.target.dotprod && !dw3x3_pairs_fit(weights.values)) return false;
  std::vector<Field> fields = s.target.dotprod
                                  ? int8_data(s, node, pack_dw3x3_dot(weights.values),
                                              "[block][3 columns][16 channels][3 rows and 0]",
                                              folded_bias(o, weights), weights)
                                  : int8_data(s, node, pack_dw3x3_neon(weights.values, block),
                                              "[block][3 rows][3 columns][channels of the block]",
                                              folded_bias(o, weights), weights);
  fields.pop_back();  // removes weight_zero: there are no zero points
  fields.insert(fields.end(),
                {s.rows_field(node.inputs[0], 0), int_field("in_width", o.x.shape[2]),
                 int_field("channels", o.x.shape[3]), int_field("block", block),
                 int_field("stride_h", conv->stride[0]), int_field("stride_w", conv->stride[1]),
                 int_field("pad_top", conv->pad.top), int_field("pad_left", conv->pad.left),
                 int_field("in_zero", stored_zero(o.x))});
  append_range(fields, o, weights);
  const char* symbol = s.target.dotprod ? "spindle_dw3x3_s8_dot" : "spindle_dw3x3_s8_neon";
  add_window_step(s, node, kernel(symbol, std::move(fields), {}));
  return true;
}

bool lower_stem_s8_neon(Selector& s, const Node& node) {
  const auto* conv = node.as<Conv>();
  if (conv == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node)) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const std::int64_t taps = stem_taps(o, *conv);
  if (taps == 0 || o.w.shape[2] * o.x.shape[3] > kStemRow) return false;
  Gemm gemm = gemm_of(s.target);
  gemm.layout += ", inputs by [kernel_h][kernel_w][in]";
  const IntWeights weights = int_weights(o.w);
  const std::int64_t depth =
      std::max<std::int64_t>(kRegisterBytes, (taps + gemm.step - 1) / gemm.step * gemm.step);
  IntWeights padded = weights;
  padded.values = padded_inputs(weights.values, taps, depth);
  std::vector<Field> fields = gemm_data(s, node, gemm, padded, folded_bias(o, weights));
  if (fields.empty()) return false;
  append_stem_fields(fields, s, node);
  append_range(fields, o, weights);
  add_window_step(s, node, kernel("spindle_stem_s8" + gemm.suffix, std::move(fields), {}));
  return true;
}

namespace {

bool is_f32_window_neon(const Selector& s, const Node& node) {
  return node.as<Conv>() != nullptr && is_f32_conv(s, node) && batch_of_one(s, node);
}

}  // namespace

bool lower_dw3x3_f32_neon(Selector& s, const Node& node) {
  if (!is_f32_window_neon(s, node) || !is_depthwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  if (!is_dw3x3(o, *node.as<Conv>(), kFloatChannels)) return false;
  const std::size_t outputs = o.w.shape[0];
  std::vector<Field> fields = conv_f32_fields(s, node, transposed(float_values(o.w), outputs),
                                              "[kernel_h][kernel_w][out]", outputs);
  add_window_step(s, node, kernel("spindle_dw3x3_f32_neon", std::move(fields), {}));
  return true;
}

bool lower_stem_f32_neon(Selector& s, const Node& node) {
  if (!is_f32_window_neon(s, node) || is_pointwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  const std::size_t taps = stem_taps(o, *node.as<Conv>());
  if (taps == 0) return false;
  const std::size_t outputs = o.w.shape[0];
  const std::vector<float> values = padded_inputs(float_values(o.w), taps, (taps + 3) / 4 * 4);
  std::vector<Field> fields = conv_f32_fields(
      s, node, float_panels(values, outputs, kFloatChannels), "[panel][kernel_h, kernel_w, in][8]",
      (outputs + kFloatChannels - 1) / kFloatChannels * kFloatChannels);
  add_window_step(s, node, kernel("spindle_stem_f32_neon", std::move(fields), {}));
  return true;
}

}  // namespace spindle
