// Sums and means of 8-bit data over any dimensions.
#include "compiler/ir/sum_order.h"
#include "compiler/lower/select/reduction_form.h"
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

std::int64_t rank(const std::vector<std::int64_t>& extents) {
  return static_cast<std::int64_t>(extents.size());
}

// What the sum is divided by.
float divisor_of(const Reduce& op, const Shape& shape) {
  return op.kind == ReduceKind::kMean ? static_cast<float>(reduced_elements(op, shape)) : 1.0F;
}

// The kernel that makes the result of int32 sums.
KernelCall end_of_sums(const Reduce& op, const Tensor& x, const Tensor& y,
                       const SummedImage& image) {
  const float divisor = divisor_of(op, x.shape);
  if (op.to_float) {
    return kernel("spindle_mean_end_s8_f32",
                  {int_field("channels", image.channels), float_field("scale", x.quant->scale[0]),
                   float_field("divisor", divisor), float_field("lo", op.act.lo),
                   float_field("hi", op.act.hi)},
                  {});
  }
  const QuantLimits limits = stored_limits(op.act, y);
  return kernel("spindle_mean_end_s8",
                {int_field("rows", image.rows), int_field("width", image.width),
                 int_field("channels", image.channels),
                 float_field("multiplier", x.quant->scale[0] / (y.quant->scale[0] * divisor)),
                 int_field("in_zero", stored_zero(x)), int_field("out_zero", stored_zero(y)),
                 int_field("lo", limits.lo), int_field("hi", limits.hi)},
                {});
}

// The kernel that adds rows to int32 sums. Its parameters are those of spindle_mean_end_s8, of
// which it needs only the first ones and the zero point.
KernelCall add_to_sums(const Tensor& x, const SummedImage& image) {
  return kernel("spindle_mean_add_s8",
                {int_field("rows", image.rows), int_field("width", image.width),
                 int_field("channels", image.channels), float_field("multiplier", 0),
                 int_field("in_zero", stored_zero(x)), int_field("out_zero", 0), int_field("lo", 0),
                 int_field("hi", 0)},
                {});
}

bool reads_codes_of_reduction(const Selector& s, const Node& node, const Reduce& op) {
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  return (op.kind == ReduceKind::kMean || op.kind == ReduceKind::kSum) && is_per_tensor_8bit(x) &&
         (op.to_float || is_per_tensor_8bit(y)) && x.shape.size() <= kMaxRank;
}

void lower_to_float(Selector& s, const Node& node, const Reduce& op, std::int64_t rows,
                    const SumPlan& plan) {
  const Tensor& x = s.tensor(node.inputs[0]);
  add_reduction(
      s, node, rows,
      kernel(
          "spindle_reduce_s8_f32",
          {int_field("reduced_rank", rank(plan.reduced_extent)),
           int_field("kept_rank", rank(plan.kept_extent)),
           dims_field("reduced_extent", plan.reduced_extent, 1),
           dims_field("reduced_stride", plan.reduced_stride, 0),
           dims_field("kept_extent", plan.kept_extent, 1),
           dims_field("kept_stride", plan.kept_stride, 0), int_field("in_zero", stored_zero(x)),
           float_field("scale", x.quant->scale[0]), float_field("divisor", divisor_of(op, x.shape)),
           float_field("lo", op.act.lo), float_field("hi", op.act.hi)},
          {}));
}

}  // namespace

bool lower_mean_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Reduce>();
  if (op == nullptr || op->float_sum || !reads_codes_of_reduction(s, node, *op)) return false;
  if (op->kind == ReduceKind::kSum && !op->to_float) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const ReductionForm form = reduction_form(*op, x.shape);
  if (form != ReductionForm::kPixels && form != ReductionForm::kColumns) return false;
  const SummedImage image = summed_image(form, x.shape);
  add_sums(s, node, image, add_to_sums(x, image),
           end_of_sums(*op, x, s.tensor(node.output()), image));
  return true;
}

bool lower_reduce_s8(Selector& s, const Node& node) {
  const auto* op = node.as<Reduce>();
  if (op == nullptr || !reads_codes_of_reduction(s, node, *op)) return false;
  const Tensor& x = s.tensor(node.inputs[0]);
  const Tensor& y = s.tensor(node.output());
  SumPlan plan = plan_sum(*op, x.shape);
  const KernelOrder order = op->to_float ? kIntegers : order_of(*op, plan);
  std::int64_t rows = 1;
  // Row by row, the kernel is not told which row it sums up. Sums of integers need not know that,
  // sums in float need it to know where groups of four begin.
  if (order == kIntegers && reduction_form(*op, x.shape) == ReductionForm::kRows) {
    rows = x.shape[1];
    plan = plan_sum(*op, {1, 1, x.shape[2], x.shape[3]});
  }
  if (op->to_float) {
    lower_to_float(s, node, *op, rows, plan);
    return true;
  }
  const auto count = static_cast<float>(plan.count);
  const float denominator = y.quant->scale[0] * count;
  const QuantLimits limits = stored_limits(op->act, y);
  add_reduction(
      s, node, rows,
      kernel("spindle_reduce_s8",
             {int_field("order", order), int_field("reduced_rank", rank(plan.reduced_extent)),
              int_field("kept_rank", rank(plan.kept_extent)),
              dims_field("reduced_extent", plan.reduced_extent, 1),
              dims_field("reduced_stride", plan.reduced_stride, 0),
              dims_field("kept_extent", plan.kept_extent, 1),
              dims_field("kept_stride", plan.kept_stride, 0),
              dims_field("kept_position", modulo_4(plan.kept_file_stride), 0),
              int_field("count", plan.count), int_field("run", plan.run),
              int_field("run_position", plan.run_file_stride),
              float_field("in_scale", x.quant->scale[0]),
              float_field("divisor", divisor_of(*op, x.shape)),
              float_field("out_scale", y.quant->scale[0]),
              float_field("multiplier", x.quant->scale[0] / denominator),
              int_field("in_zero", stored_zero(x)), int_field("out_zero", stored_zero(y)),
              int_field("lo", limits.lo), int_field("hi", limits.hi)},
             {}));
  return true;
}

}  // namespace spindle
