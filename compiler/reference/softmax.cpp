// Softmax along one axis.
#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/ir/index.h"
#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// Calls f(flat indices of one line along the axis) for every line.
template <typename F>
void for_each_line(const Shape& shape, int axis, F&& f) {
  const std::size_t dimension = axis;
  Shape heads = shape;
  heads[dimension] = std::min<std::int64_t>(shape[dimension], 1);
  const Shape strides = strides_of(shape);
  std::vector<std::size_t> line(shape[dimension]);
  for (std::int64_t head : flat_indices(heads, strides)) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      line[i] = head + static_cast<std::int64_t>(i) * strides[dimension];
    }
    f(line);
  }
}

std::vector<float> softmax_reals(const Shape& shape, int axis, const std::vector<float>& x) {
  std::vector<float> y(x.size());
  for_each_line(shape, axis, [&](const std::vector<std::size_t>& line) {
    float max = x[line.front()];
    for (std::size_t i : line) max = std::max(max, x[i]);
    const auto exponential = [&](std::size_t i) {
      return std::exp(static_cast<double>(x[i]) - static_cast<double>(max));
    };
    double sum = 0;
    for (std::size_t i : line) sum += exponential(i);
    for (std::size_t i : line) y[i] = static_cast<float>(exponential(i) / sum);
  });
  return y;
}

// The integer rule of docs/numeric-contract.md: e[d] = exp(-s * d) is computed in double and
// rounded to float32; sum, quotient and product are float32. The number of output steps between 0
// and 1 is 1 / scale rounded down. If the axis has only one element, the result is the real value
// 1, quantized like any other value, so that 1 / scale is not rounded down.
ConstantPtr softmax_quantized(const Softmax& op, const Call& call) {
  const Input& x = call.in(0);
  const Quant& y = *call.out().quant;
  const auto scale = static_cast<double>(x.tensor->quant->scale.front());
  const bool single = x.shape()[op.axis] == 1;
  const float exact = 1.0F / y.scale.front();
  const float steps = single ? exact : std::floor(exact);
  std::vector<float> exponential(256);
  for (std::size_t d = 0; d < exponential.size(); ++d) {
    exponential[d] = static_cast<float>(std::exp(-scale * static_cast<double>(d)));
  }
  const std::vector<std::int64_t> q = x.value->to_ints();
  std::vector<std::int64_t> result(q.size());
  for_each_line(x.shape(), op.axis, [&](const std::vector<std::size_t>& line) {
    std::int64_t max = q[line.front()];
    for (std::size_t i : line) max = std::max(max, q[i]);
    float sum = 0;
    for (std::size_t i : line) sum += exponential[max - q[i]];
    for (std::size_t i : line) {
      const float share = exponential[max - q[i]] / sum;
      const float scaled = share * steps;
      const auto rounded = static_cast<double>(round_half_even(scaled));
      result[i] = saturate(rounded + y.zero_point.front(), lowest_of(call.out().type),
                           highest_of(call.out().type));
    }
  });
  return store_integers(call.out(), std::move(result));
}

}  // namespace

ConstantPtr compute(const Softmax& op, const Call& call) {
  const Input& x = call.in(0);
  if (is_quantized(*x.tensor) && is_quantized(call.out())) return softmax_quantized(op, call);
  return store_reals(call.out(),
                     softmax_reals(x.shape(), op.axis, real_values(*x.tensor, *x.value)));
}

}  // namespace spindle::reference
