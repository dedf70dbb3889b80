// 8-bit sums and means over any dimensions. Each step reads its whole input.
#include "compiler/ir/sum_order.h"
#include "compiler/lower/select/selector.h"

namespace spindle {
namespace {

// The values of spindle_sum_order.
enum KernelOrder : std::uint8_t { kIntegers, kInTurn, kFours, kLanes };

KernelOrder order_of(const Reduce& op, const SumPlan& plan) {
  if (op.kind == ReduceKind::kMean && !op.float_sum) return kIntegers;
  switch (plan.order) {
    case SumOrder::kInTurn:
      return kInTurn;
    case SumOrder::kFours:
      return kFours;
    case SumOrder::kLanes:
      break;
  }
  return kLanes;
}

std::vector<std::int64_t> modulo_4(std::vector<std::int64_t> values) {
  for (std::int64_t& value : values) value %= 4;
  return values;
}

}  // namespace

bool lower_reduce_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Reduce>();
  if (op == nullptr) return false;
  if (op->kind != ReduceKind::kMean && op->kind != ReduceKind::kSum) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  if (!is_per_tensor_8bit(x) || !is_per_tensor_8bit(y) || x.shape.size() > kMaxRank) return false;
  const SumPlan plan = plan_sum(*op, x.shape);
  const auto count = static_cast<float>(plan.count);
  const float denominator = y.quant->scale[0] * count;
  const QuantLimits limits = stored_limits(op->act, y);
  const auto rank = [](const std::vector<std::int64_t>& extents) {
    return static_cast<std::int64_t>(extents.size());
  };
  const StepInput input = s.whole(node.inputs[0]);
  s.add_step(node, {input}, node.output(), {},
             {kernel("spindle_reduce_s8",
                     {int_field("order", order_of(*op, plan)),
                      int_field("reduced_rank", rank(plan.reduced_extent)),
                      int_field("kept_rank", rank(plan.kept_extent)),
                      dims_field("reduced_extent", plan.reduced_extent, 1),
                      dims_field("reduced_stride", plan.reduced_stride, 0),
                      dims_field("kept_extent", plan.kept_extent, 1),
                      dims_field("kept_stride", plan.kept_stride, 0),
                      dims_field("kept_position", modulo_4(plan.kept_file_stride), 0),
                      int_field("count", plan.count), int_field("run", plan.run),
                      int_field("run_position", plan.run_file_stride),
                      float_field("in_scale", x.quant->scale[0]),
                      float_field("divisor", op->kind == ReduceKind::kMean ? count : 1.0F),
                      float_field("out_scale", y.quant->scale[0]),
                      float_field("multiplier", x.quant->scale[0] / denominator),
                      int_field("in_zero", stored_zero(x)), int_field("out_zero", stored_zero(y)),
                      int_field("lo", limits.lo), int_field("hi", limits.hi)},
                     {params_arg(), input_arg(0), out_base_arg()})});
  return true;
}

}  // namespace spindle
