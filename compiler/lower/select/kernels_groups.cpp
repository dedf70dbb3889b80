// Kernels for blocks whose expanded channels are split into groups (passes/split_channels.h).
#include "compiler/lower/select/conv_operands.h"

namespace spindle {
namespace {

// Adds the step for a node whose inputs and output all have the same rows and columns. Sums among
// the inputs may be updated in place.
void add_columnwise_step(Selector& s, const Node& node, const std::vector<TensorId>& inputs,
                         KernelCall call) {
  const Grid grid = grid_of(s.tensor(node.output()).shape);
  std::vector<StepInput> reads;
  call.args = {params_arg()};
  for (TensorId id : inputs) {
    call.args.push_back(input_arg(reads.size()));
    reads.push_back(s.pixels(id, grid));
    reads.back().in_place = id != node.inputs[0];
  }
  call.args.push_back(out_row_arg());
  call.args.push_back(columns_arg(1));
  s.add_step(node, std::move(reads), node.output(), grid, {std::move(call)});
}

}  // namespace

bool lower_partial_sum_s8(Selector& s, const Node& node) {
  if (node.as<PartialSum>() == nullptr || !batch_of_one(s, node)) return false;
  const auto input = [&](std::size_t i) {
    return i < node.inputs.size() ? node.inputs[i] : kNoTensor;
  };
  const TensorId bias = input(2);
  if (!s.graph.is_constant(input(1)) || (bias != kNoTensor && !s.graph.is_constant(bias))) {
    return false;
  }
  const Operands o{s.tensor(input(0)),
                   s.tensor(input(1)),
                   bias == kNoTensor ? nullptr : &s.tensor(bias),
                   s.tensor(node.output()),
                   {}};
  const IntWeights weights = int_weights(o.w);
  const std::string& name = o.y.name;
  const ConstantId zero = weights.zero.empty() ? ConstantId()
                                               : s.add_constant(name + "_weight_zero", DType::kI32,
                                                                weights.zero, "per output channel");
  const std::vector<Field> fields{
      pointer_field("weights",
                    s.add_constant(name + "_weights", DType::kI8, weights.values, "[out][in]")),
      pointer_field("bias", s.add_constant(name + "_bias", DType::kI32, folded_bias(o, weights),
                                           "per output channel")),
      pointer_field("weight_zero", zero), int_field("in_channels", o.x.shape[3]),
      int_field("out_channels", o.w.shape[0])};
  const TensorId previous = input(3);
  std::vector<TensorId> inputs{input(0)};
  if (previous != kNoTensor) inputs.push_back(previous);
  add_columnwise_step(
      s, node, inputs,
      kernel(previous == kNoTensor ? "spindle_pw_sum_s8" : "spindle_pw_sum_add_s8", fields, {}));
  return true;
}

bool lower_requantize_sum_s8(Selector& s, const Node& node) {
  const auto* op = node.as<RequantizeSum>();
  if (op == nullptr || !batch_of_one(s, node)) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  const Quant& sums = *x.quant;
  std::vector<float> multipliers;
  for (std::int64_t c = 0; c < y.shape[3]; ++c) {
    multipliers.push_back(sums.scale[sums.per_tensor() ? 0 : c] / y.quant->scale[0]);
  }
  const QuantLimits limits = stored_limits(op->act, y);
  const std::vector<Field> fields{
      pointer_field("multiplier", s.add_constant(y.name + "_multiplier", DType::kF32, multipliers,
                                                 "(sx * sw) / sy")),
      int_field("channels", y.shape[3]), int_field("out_zero", stored_zero(y)),
      int_field("lo", limits.lo), int_field("hi", limits.hi)};
  add_columnwise_step(s, node, {node.inputs[0]}, kernel("spindle_requantize_s32", fields, {}));
  return true;
}

bool lower_channel_slice(Selector& s, const Node& node) {
  const auto* op = node.as<Slice>();
  if (op == nullptr) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Shape& in = x.shape;
  const Shape& out = s.tensor(node.output()).shape;
  if (in.size() != 4 || in[0] != 1 || out[0] != 1 || out[1] != in[1] || out[2] != in[2] ||
      op->step != std::vector<std::int64_t>{1, 1, 1, 1} || out[3] == 0) {
    return false;
  }
  const auto element = static_cast<std::int64_t>(size_of(x.type));
  add_columnwise_step(
      s, node, {node.inputs[0]},
      kernel("spindle_channel_slice",
             {int_field("pixel_bytes", in[3] * element),
              int_field("offset", op->start[3] * element), int_field("bytes", out[3] * element)},
             {}));
  return true;
}

}  // namespace spindle
