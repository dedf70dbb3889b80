// Kernels for Cortex-A: NEON, its dot product and its 8-bit matrix product.
#include <algorithm>
#include <array>

#include "compiler/lower/conv_operands.h"
#include "compiler/lower/pack_neon.h"

namespace spindle {
namespace {

// The instructions that a matrix product is made of on a target.
struct Gemm {
  std::string suffix;  // of the kernels' names
  int channels;        // of a panel
  int step;            // the depth of a first convolution is a multiple of it, and at least 16
  ReadOrder (*order)(int depth);
  const char* layout;
};

Gemm gemm_of(const Target& target) {
  if (target.dotprod) {
    return {"_dot", 8, 4, dot_order, "[panel][quad of inputs][8 output channels][4 inputs]"};
  }
  return {"_neon", 4, 16, neon_order, "[panel][block of inputs][4 output channels][16 or 8 inputs]"};
}

// Limits of the kernels that turn a first convolution into a matrix product (runtime/
// spindle_stem_gemm_s8.h): bytes of a row of a window, and of a window.
constexpr std::int64_t kStemRow = 16;
constexpr std::int64_t kStemWindow = 80;

// Channels of a vector: 3x3 depthwise kernels want as many at least.
constexpr std::int64_t kVector = 16;

// Weights of a matrix product of `inputs` values, packed; empty if the kernel cannot take them.
std::vector<std::int8_t> gemm_weights(const Gemm& gemm, const std::vector<std::int8_t>& values,
                                      std::int64_t outputs, std::int64_t inputs) {
  if (inputs < 8 || outputs < gemm.channels) return {};
  const ReadOrder order = gemm.order(static_cast<int>(inputs));
  if (gemm.order == neon_order && !pairs_fit(values, order)) return {};
  return pack_panels(values, static_cast<int>(outputs), gemm.channels, order);
}

// [outputs][inputs] with zeros behind each output's inputs.
std::vector<std::int8_t> padded_inputs(const std::vector<std::int8_t>& values, std::size_t inputs,
                                       std::size_t wanted) {
  std::vector<std::int8_t> result;
  for (std::size_t i = 0; i < values.size(); i += inputs) {
    for (std::size_t k = 0; k < wanted; ++k) result.push_back(k < inputs ? values[i + k] : 0);
  }
  return result;
}

bool has_neon(const Selector& s) {
  return s.target.neon && s.target.a64;
}

// The fields of spindle_conv_s8_params.
std::vector<Field> conv_fields(Selector& s, const Node& node, std::vector<Field> data) {
  const Operands o = operands_of(s, node);
  for (Field& field : window_fields(s, node)) data.push_back(std::move(field));
  data.push_back(int_field("in_zero", stored_zero(o.x)));
  append_limits(data, o);
  return data;
}

}  // namespace

bool lower_pointwise_s8_neon(Selector& s, const Node& node) {
  if (!has_neon(s) || !is_pointwise(s.graph, node) || !is_8bit_conv(s, node)) return false;
  const Operands o = operands_of(s, node);
  const Gemm gemm = gemm_of(s.target);
  const IntWeights weights = int_weights(o.w);
  const std::int64_t inputs = o.x.shape.back();
  const std::vector<std::int8_t> packed = gemm_weights(gemm, weights.values, o.w.shape[0], inputs);
  if (packed.empty()) return false;
  std::vector<Field> fields =
      int8_data(s, node, packed, gemm.layout, folded_bias(o, weights), weights);
  fields.push_back(int_field("in_channels", inputs));
  fields.push_back(int_field("out_channels", o.w.shape[0]));
  append_limits(fields, o);
  add_pointwise_step(
      s, node, inputs,
      kernel("spindle_pw_s8" + gemm.suffix, "spindle_pw_s8_params", std::move(fields), {}));
  return true;
}

bool lower_dw3x3_s8_neon(Selector& s, const Node& node) {
  const auto* conv = node.as<Conv>();
  if (!has_neon(s) || conv == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node) ||
      !is_depthwise(s.graph, node)) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  const bool narrow = o.w.shape[0] < kVector || o.w.shape[0] != o.x.shape[3];
  const bool window = o.w.shape[1] == 3 && o.w.shape[2] == 3 && conv->dilation[0] == 1 &&
                      conv->dilation[1] == 1 && conv->stride[1] <= 2;
  // Every window then has a row inside of the image.
  const bool reaches = conv->pad.top <= 2 && conv->pad.bottom <= 2;
  if (narrow || !window || !reaches || !weights.zero.empty()) return false;
  if (!s.target.dotprod && !dw3x3_pairs_fit(weights.values)) return false;
  const char* symbol = s.target.dotprod ? "spindle_dw3x3_s8_dot" : "spindle_dw3x3_s8_neon";
  std::vector<Field> data =
      s.target.dotprod
          ? int8_data(s, node, pack_dw3x3_dot(weights.values),
                      "[block][3 columns][16 channels][3 rows and 0]", folded_bias(o, weights),
                      weights)
          : int8_data(s, node, pack_dw3x3_neon(weights.values),
                      "[block][3 rows][3 columns][16 channels]", folded_bias(o, weights), weights);
  add_window_step(
      s, node,
      kernel(symbol, "spindle_conv_s8_params", conv_fields(s, node, std::move(data)), {}));
  return true;
}

bool lower_stem_s8_neon(Selector& s, const Node& node) {
  const auto* conv = node.as<Conv>();
  if (!has_neon(s) || conv == nullptr || conv->groups != 1 || !is_8bit_conv(s, node) ||
      !batch_of_one(s, node) || conv->dilation[0] != 1 || conv->dilation[1] != 1) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const std::int64_t row = o.w.shape[2] * o.x.shape[3];
  const std::int64_t taps = o.w.shape[1] * row;
  if (row > kStemRow || taps > kStemWindow) return false;
  const Gemm gemm = gemm_of(s.target);
  const IntWeights weights = int_weights(o.w);
  const std::int64_t depth =
      std::max<std::int64_t>(kVector, (taps + gemm.step - 1) / gemm.step * gemm.step);
  const std::vector<std::int8_t> packed =
      gemm_weights(gemm,
                   padded_inputs(weights.values, static_cast<std::size_t>(taps),
                                 static_cast<std::size_t>(depth)),
                   o.w.shape[0], depth);
  if (packed.empty()) return false;
  std::vector<Field> data =
      int8_data(s, node, packed, std::string(gemm.layout) + ", inputs by [kernel_h][kernel_w][in]",
                folded_bias(o, weights), weights);
  add_window_step(s, node,
                  kernel("spindle_stem_s8" + gemm.suffix, "spindle_conv_s8_params",
                         conv_fields(s, node, std::move(data)), {}));
  return true;
}

namespace {

std::int64_t value_of(const KernelCall& call, std::string_view name) {
  for (const Field& field : call.fields) {
    if (field.name == name) return field.value;
  }
  return 0;
}

// Whether the NEON kernel takes what the portable kernel of the same name does.
bool takes(const KernelCall& call) {
  constexpr std::array kAlways{"spindle_add_s8", "spindle_mean_add_s8", "spindle_quantize_f32_s8"};
  if (call.symbol == "spindle_dw_s8") {
    const std::int64_t channels = value_of(call, "out_channels");
    return channels >= 8 && channels == value_of(call, "in_channels");
  }
  if (call.symbol == "spindle_interleave") {
    const std::int64_t bytes = value_of(call, "element_bytes");
    return value_of(call, "channels") == 3 && (bytes == 1 || bytes == 4);
  }
  return std::find(kAlways.begin(), kAlways.end(), call.symbol) != kAlways.end();
}

}  // namespace

void prefer_neon(Selection& selection, const Target& target) {
  if (!target.neon || !target.a64) return;
  for (auto& calls : selection.calls) {
    for (KernelCall& call : calls) {
      if (!takes(call)) continue;
      call.symbol += "_neon";
      call.sources = {call.symbol + ".c"};
    }
  }
}

}  // namespace spindle
