// Reductions over any set of axes.
#include <algorithm>
#include <limits>

#include "compiler/ir/index.h"
#include "compiler/ir/sum_order.h"
#include "compiler/reference/arithmetic.h"
#include "compiler/reference/float_sum.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// For every input element: the index of the output element that it is reduced into.
std::vector<std::int64_t> target_indices(const Shape& in, const std::vector<int>& axes) {
  Shape kept = in;
  for (int axis : axes) kept[axis] = 1;
  Shape strides = strides_of(kept);
  for (int axis : axes) strides[axis] = 0;
  return flat_indices(in, strides);
}

std::int64_t reduced_count(const Shape& in, const std::vector<int>& axes) {
  std::int64_t count = 1;
  for (int axis : axes) count *= in[axis];
  return count;
}

// Sums, maxima or minima, in double or in integers.
template <typename T, typename In>
std::vector<T> accumulate(const Reduce& op, const Call& call, const std::vector<In>& x) {
  T start{};
  if (op.kind == ReduceKind::kMax) start = std::numeric_limits<T>::lowest();
  if (op.kind == ReduceKind::kMin) start = std::numeric_limits<T>::max();
  std::vector<T> result(call.out().elements(), start);
  const std::vector<std::int64_t> targets = target_indices(call.in(0).shape(), op.axes);
  for (std::size_t i = 0; i < x.size(); ++i) {
    T& target = result[targets[i]];
    const T value = static_cast<T>(x[i]);
    if (op.kind == ReduceKind::kMax) {
      target = std::max(target, value);
    } else if (op.kind == ReduceKind::kMin) {
      target = std::min(target, value);
    } else {
      target += value;
    }
  }
  return result;
}

// acc = sum (x - zx), then m = sx / (sy * count) as in Conv.
ConstantPtr quantized_mean(const Reduce& op, const Call& call, std::int64_t count) {
  const Input& x = call.in(0);
  const Quant& y = *call.out().quant;
  const float denominator = y.scale.front() * static_cast<float>(count);
  const Requantizer requantize{{x.tensor->quant->scale.front() / denominator},
                               y.zero_point.front(),
                               quantized_limits(op.act, call.out().type, y)};
  std::vector<std::int64_t> result;
  for (std::int64_t sum :
       accumulate<std::int64_t>(op, call, centered_values(*x.tensor, *x.value))) {
    result.push_back(requantize(static_cast<std::uint32_t>(sum), 0));
  }
  return store_integers(call.out(), std::move(result));
}

// float(acc) * sx, divided by `divisor`.
ConstantPtr real_of_codes(const Reduce& op, const Call& call, float divisor) {
  const Input& x = call.in(0);
  std::vector<float> result;
  for (std::int64_t sum :
       accumulate<std::int64_t>(op, call, centered_values(*x.tensor, *x.value))) {
    const float real = static_cast<float>(sum) * x.tensor->quant->scale.front();
    result.push_back(clamp(real / divisor, op.act));
  }
  return store_reals(call.out(), result);
}

// The sum of dequantized values, in float32 and in the order of ir/sum_order.h. A mean is then
// divided by the count.
ConstantPtr quantized_float_sum(const Reduce& op, const Call& call) {
  const Input& x = call.in(0);
  const Tensor& y = call.out();
  const SumPlan plan = plan_sum(op, x.shape());
  const float divisor = op.kind == ReduceKind::kMean ? static_cast<float>(plan.count) : 1.0F;
  std::vector<float> result = float_sums(plan, real_values(*x.tensor, *x.value));
  for (float& value : result) value = clamp(value / divisor, op.act);
  return store_reals(y, result);
}

}  // namespace

ConstantPtr compute(const Reduce& op, const Call& call) {
  const Input& x = call.in(0);
  const std::int64_t count = reduced_count(x.shape(), op.axes);
  const bool mean = op.kind == ReduceKind::kMean;
  if (op.to_float) return real_of_codes(op, call, mean ? static_cast<float>(count) : 1.0F);
  if (is_quantized(*x.tensor) && is_quantized(call.out())) {
    if (mean && !op.float_sum) return quantized_mean(op, call, count);
    if (mean || op.kind == ReduceKind::kSum) return quantized_float_sum(op, call);
  }
  std::vector<float> result;
  for (double value : accumulate<double>(op, call, real_values(*x.tensor, *x.value))) {
    const double y = mean ? value / static_cast<double>(count) : value;
    result.push_back(clamp(static_cast<float>(y), op.act));
  }
  return store_reals(call.out(), result);
}

}  // namespace spindle::reference
