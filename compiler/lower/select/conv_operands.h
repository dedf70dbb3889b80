// What all kernels of convolutions and dense layers need: operands, parameter fields, steps.
#pragma once

#include <string>
#include <vector>

#include "compiler/lower/pack/fixed_point.h"
#include "compiler/lower/pack/weights.h"
#include "compiler/lower/select/selector.h"

namespace spindle {

// The most inputs of a window of a first convolution on Cortex-M. The kernels' scratch grows with
// them.
constexpr std::int64_t kStemTaps = 128;

struct Operands {
  const Tensor& x;
  const Tensor& w;     // [out][kernel_h][kernel_w][in / groups], or [out][in] of a Dense
  const Tensor* bias;  // null if there is none
  const Tensor& y;
  Activation act;
};
// The operands of a Conv or a Dense.
[[nodiscard]] Operands operands_of(const Selector& s, const Node& node);

// Whether the int8 (float32) kernels may take the node: weights and bias must be constants and, for
// 8 bits, input and output must have one scale each.
[[nodiscard]] bool is_8bit_conv(const Selector& s, const Node& node);
[[nodiscard]] bool is_f32_conv(const Selector& s, const Node& node);
[[nodiscard]] bool batch_of_one(const Selector& s, const Node& node);

// Adds the step for a kernel with arguments (params, in, out, pixels), and sets these arguments.
// `inputs` is the number of input channels.
void add_pointwise_step(Selector& s, const Node& node, std::int64_t inputs, KernelCall call);
// Adds the step for a kernel with arguments (params, base of in, out, y, x, n), which finds its
// rows itself, and sets these arguments.
void add_window_step(Selector& s, const Node& node, KernelCall call);

// The fields of spindle_conv_f32_params for `node`. `weights` are packed as `layout` says; the bias
// is padded with zeros to `bias_size`.
[[nodiscard]] std::vector<Field> conv_f32_fields(Selector& s, const Node& node,
                                                 const std::vector<float>& weights,
                                                 std::string layout, std::size_t bias_size);

// The geometry of a Conv, the members from `in` to `pad_left` of the window kernels' structs.
[[nodiscard]] std::vector<Field> window_fields(Selector& s, const Node& node);
// The fields weights, bias, multiplier and weight_zero of the int8 structs. `weights` are packed as
// `layout` says; `unpacked` are the node's own weights, for their zero points.
[[nodiscard]] std::vector<Field> int8_data(Selector& s, const Node& node,
                                           const std::vector<std::int8_t>& weights,
                                           std::string layout,
                                           const std::vector<std::int32_t>& bias,
                                           const IntWeights& unpacked);
// The geometry of the square depthwise kernels, and of the first convolutions, that exist for one
// instruction set: the members from `in` to `in_zero`.
void append_depthwise_fields(std::vector<Field>& fields, Selector& s, const Node& node);
void append_stem_fields(std::vector<Field>& fields, Selector& s, const Node& node);

// The fields out_zero, lo and hi of the int8 structs.
void append_limits(std::vector<Field>& fields, const Operands& o);

// The same values for fixed_multiplier.
[[nodiscard]] OutputRange output_range(const Operands& o);

// bias - zx * sum(w - zw), modulo 2^32 like the kernel's accumulator. For kernels in which padding
// reads the zero point, or that have none.
[[nodiscard]] std::vector<std::int32_t> folded_bias(const Operands& o, const IntWeights& weights);

}  // namespace spindle
