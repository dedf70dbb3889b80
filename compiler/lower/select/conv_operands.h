// What every kernel of a convolution or dense layer needs: operands, parameter fields, steps.
#pragma once

#include <string>
#include <vector>

#include "compiler/lower/pack/fixed_point.h"
#include "compiler/lower/pack/weights.h"
#include "compiler/lower/select/selector.h"

namespace spindle {

// Most inputs of a window of a first convolution on Cortex-M: scratch grows with them.
constexpr std::int64_t kStemTaps = 128;

struct Operands {
  const Tensor& x;
  const Tensor& w;     // [out][kernel_h][kernel_w][in / groups], or [out][in] of a Dense
  const Tensor* bias;  // null if there is none
  const Tensor& y;
  Activation act;
};
// Of a Conv or a Dense.
[[nodiscard]] Operands operands_of(const Selector& s, const Node& node);

// Whether the kernels of these types may take the node: weights and bias are constant and, for 8
// bits, input and output have one scale each.
[[nodiscard]] bool is_8bit_conv(const Selector& s, const Node& node);
[[nodiscard]] bool is_f32_conv(const Selector& s, const Node& node);
[[nodiscard]] bool batch_of_one(const Selector& s, const Node& node);

// The step around a kernel of the form (params, in, out, pixels), which may go by columns; sets the
// call's arguments. `inputs` is the number of input channels.
void add_pointwise_step(Selector& s, const Node& node, std::int64_t inputs, KernelCall call);
// The step around a kernel of the form (params, base of in, out, y, x, n) that finds its rows by
// the ring; sets the call's arguments.
void add_window_step(Selector& s, const Node& node, KernelCall call);

// spindle_conv_f32_params of `node`: `weights` are packed as `layout` says, the bias is padded with
// zeros to `bias_size`.
[[nodiscard]] std::vector<Field> conv_f32_fields(Selector& s, const Node& node,
                                                 const std::vector<float>& weights,
                                                 std::string layout, std::size_t bias_size);

// From `in` to `pad_left`: the geometry of a Conv, in the order of the window kernels' structs.
[[nodiscard]] std::vector<Field> window_fields(Selector& s, const Node& node);
// Weights, bias, multiplier and weight_zero: the first members of the int8 structs. `weights` are
// packed as `layout` says, `unpacked` are the node's own (for their zero points).
[[nodiscard]] std::vector<Field> int8_data(Selector& s, const Node& node,
                                           const std::vector<std::int8_t>& weights,
                                           std::string layout,
                                           const std::vector<std::int32_t>& bias,
                                           const IntWeights& unpacked);
// Geometry of the square depthwise kernels and of the first convolutions that have a kernel for one
// instruction set, in the order of their structs: from the input's rows to its zero point.
void append_depthwise_fields(std::vector<Field>& fields, Selector& s, const Node& node);
void append_stem_fields(std::vector<Field>& fields, Selector& s, const Node& node);

// out_zero, lo and hi: the last members of the int8 structs.
void append_limits(std::vector<Field>& fields, const Operands& o);

// The same, for fixed_multiplier.
[[nodiscard]] OutputRange output_range(const Operands& o);

// bias - zx * sum(w - zw), wrapping like the kernel's accumulator. For kernels without padding.
[[nodiscard]] std::vector<std::int32_t> folded_bias(const Operands& o, const IntWeights& weights);

}  // namespace spindle
