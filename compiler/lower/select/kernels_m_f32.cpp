// float32 kernels for Cortex-M: with a scalar FPU, and with Helium (MVE).
#include "compiler/lower/pack/pack_f32.h"
#include "compiler/lower/select/conv_operands.h"
#include "runtime/spindle.h"

namespace spindle {
namespace {

bool is_f32_window_m(const Selector& s, const Node& node) {
  return node.as<Conv>() != nullptr && is_f32_conv(s, node) && batch_of_one(s, node);
}

// Whether the middle column of every window is inside of the image.
bool columns_touch(const Operands& o, const Conv& conv) {
  const std::int64_t last = (o.y.shape[2] - 1) * conv.stride[1] - conv.pad.left;
  return conv.pad.left <= 1 && last + 1 < o.x.shape[2];
}

// Whether the 3 x 3 depthwise kernels that compute `channels` channels at a time take this
// convolution, which must be depthwise.
bool is_dw3x3_f32_m(const Operands& o, const Conv& conv, std::int64_t channels) {
  return o.w.shape[0] == o.x.shape[3] && o.w.shape[0] >= channels && o.w.shape[1] == 3 &&
         o.w.shape[2] == 3 && conv.dilation[0] == 1 && conv.dilation[1] == 1 &&
         conv.stride[1] <= 2 && columns_touch(o, conv);
}

bool lower_dw3x3(Selector& s, const Node& node, bool mve) {
  if (!is_f32_window_m(s, node) || !is_depthwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  const std::size_t block = mve ? 4 : 2;
  if (!is_dw3x3_f32_m(o, *node.as<Conv>(), static_cast<std::int64_t>(block))) return false;
  if (!mve && (o.act.lo != 0 || o.act.hi < 0)) return false;
  const std::size_t outputs = o.w.shape[0];
  const std::vector<float> packed = pack_dw3x3_f32(
      float_values(o.w), outputs, block, mve ? WindowOrder::kRows : WindowOrder::kColumns);
  std::vector<Field> fields = conv_f32_fields(
      s, node, packed, mve ? "[block][kernel_h][kernel_w][4]" : "[pair][kernel_w][kernel_h][2]",
      outputs);
  add_window_step(
      s, node,
      kernel(mve ? "spindle_dw3x3_f32_mve" : "spindle_dw3x3_f32_vfp", std::move(fields), {}));
  return true;
}

bool lower_stem(Selector& s, const Node& node, bool mve) {
  if (!is_f32_window_m(s, node) || is_pointwise(s.graph, node)) return false;
  const Operands o = operands_of(s, node);
  const Conv& conv = *node.as<Conv>();
  const std::int64_t taps = o.w.shape[1] * o.w.shape[2] * o.x.shape[3];
  if (conv.groups != 1 || conv.dilation[0] != 1 || conv.dilation[1] != 1 || taps > kStemTaps) {
    return false;
  }
  constexpr std::size_t kPanel = SPINDLE_PW_F32_PANEL;
  const std::size_t outputs = o.w.shape[0];
  std::vector<Field> fields = conv_f32_fields(
      s, node, float_panels(float_values(o.w), outputs, kPanel),
      "[panel][kernel_h, kernel_w, in][8]", (outputs + kPanel - 1) / kPanel * kPanel);
  KernelCall call =
      kernel(mve ? "spindle_stem_f32_mve" : "spindle_stem_f32_vfp", std::move(fields), {});
  add_window_step(s, node, std::move(call));
  s.add_scratch();
  return true;
}

}  // namespace

bool lower_dw3x3_f32_mve(Selector& s, const Node& node) {
  return lower_dw3x3(s, node, true);
}

bool lower_dw3x3_f32_vfp(Selector& s, const Node& node) {
  return lower_dw3x3(s, node, false);
}

bool lower_stem_f32_mve(Selector& s, const Node& node) {
  return lower_stem(s, node, true);
}

bool lower_stem_f32_vfp(Selector& s, const Node& node) {
  return lower_stem(s, node, false);
}

}  // namespace spindle
