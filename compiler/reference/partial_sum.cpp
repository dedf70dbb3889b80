// A 1x1 convolution that is computed in groups of input channels: the int32 partial sums and their
// requantization.
#include "compiler/reference/dot.h"
#include "compiler/reference/linear.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

ConstantPtr compute(const PartialSum&, const Call& call) {
  const std::int64_t depth = call.in(1).shape()[3];
  const std::int64_t outputs = call.in(1).shape()[0];
  const std::vector<std::int16_t> x = centered_values(*call.in(0).tensor, *call.in(0).value);
  const std::vector<std::int16_t> w = centered_values(*call.in(1).tensor, *call.in(1).value);
  const std::vector<std::uint32_t> bias = integer_bias(call, outputs);
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < call.out().elements(); ++i) {
    const std::int64_t pixel = i / outputs;
    const std::int64_t o = i % outputs;
    std::uint32_t sum = dot(x.data() + pixel * depth, w.data() + o * depth, depth);
    sum += bias[o];
    if (call.has(3)) sum += static_cast<std::uint32_t>(call.in(3).value->as_int(i));
    result.push_back(static_cast<std::int32_t>(sum));
  }
  return store_integers(call.out(), std::move(result));
}

ConstantPtr compute(const RequantizeSum& op, const Call& call) {
  const Tensor& out = call.out();
  const Quant& y = *out.quant;
  Requantizer requantize{{}, y.zero_point.front(), quantized_limits(op.act, out.type, y)};
  for (float scale : call.in(0).tensor->quant->scale) {
    requantize.multiplier.push_back(scale / y.scale.front());
  }
  const std::int64_t channels = out.shape[3];
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < out.elements(); ++i) {
    const auto acc = static_cast<std::uint32_t>(call.in(0).value->as_int(i));
    result.push_back(requantize(acc, i % channels));
  }
  return store_integers(out, std::move(result));
}

}  // namespace spindle::reference
