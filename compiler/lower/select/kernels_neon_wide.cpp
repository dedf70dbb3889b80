// NEON depthwise (AArch64) for weights with zero points. Minus their zero points, they are wider
// than a byte.
#include "compiler/lower/pack/pack_neon.h"
#include "compiler/lower/select/conv_operands.h"

namespace spindle {

bool lower_dw3x3_s8w_neon(Selector& s, const Node& node) {
  constexpr std::int64_t kBlock = 8;  // channels that are computed together
  const auto* conv = node.as<Conv>();
  if (!s.target.a64 || conv == nullptr || !is_8bit_conv(s, node) || !batch_of_one(s, node) ||
      !is_depthwise(s.graph, node)) {
    return false;
  }
  const Operands o = operands_of(s, node);
  const IntWeights weights = int_weights(o.w);
  const bool window = o.w.shape[1] == 3 && o.w.shape[2] == 3 && conv->dilation[0] == 1 &&
                      conv->dilation[1] == 1 && conv->stride[0] == conv->stride[1] &&
                      conv->stride[0] <= 2;
  if (!window || o.w.shape[0] != o.x.shape[3] || o.w.shape[0] < kBlock || weights.zero.empty()) {
    return false;
  }
  std::vector<std::int8_t> bytes;
  for (const std::int16_t w : pack_dw3x3_wide(weights)) {
    bytes.push_back(static_cast<std::int8_t>(w));
    bytes.push_back(static_cast<std::int8_t>(w >> 8));
  }
  std::vector<Field> fields =
      int8_data(s, node, bytes, "[block of 8 channels][3 rows][3 columns][8], int16",
                folded_bias(o, weights), {weights.values, {}});
  for (Field& field : window_fields(s, node)) fields.push_back(std::move(field));
  fields.push_back(int_field("in_zero", stored_zero(o.x)));
  append_limits(fields, o);
  add_window_step(s, node, kernel("spindle_dw3x3_s8w_neon", std::move(fields), {}));
  return true;
}

}  // namespace spindle
