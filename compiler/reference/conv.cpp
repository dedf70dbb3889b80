// Convolution, written once for float (double accumulator) and for centered 8-bit values (int32).
#include "compiler/ir/parallel.h"
#include "compiler/reference/dot.h"
#include "compiler/reference/linear.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// Calls emit(i, o, sum of products) for every output element i, which is of channel o; rows are
// divided among the cores, so emit may write only what belongs to i. Taps in the padding contribute
// nothing: padding is real zero.
template <typename T, typename Emit>
void convolve(const Conv& op, const Call& call, const std::vector<T>& x, const std::vector<T>& w,
              Emit&& emit) {
  const Shape& in = call.in(0).shape();
  const Shape& kernel = call.in(1).shape();
  const Shape& out = call.out().shape;
  const std::int64_t height = in[1], width = in[2], channels = in[3];
  const std::int64_t depth = kernel[3];  // input channels that one output channel reads
  const std::int64_t outputs_per_group = kernel[0] / op.groups;

  const auto sum_at = [&](std::int64_t n, std::int64_t oy, std::int64_t ox, std::int64_t o) {
    const std::int64_t first_channel = o / outputs_per_group * depth;
    decltype(dot(x.data(), w.data(), 0)) sum{};
    for (std::int64_t ky = 0; ky < kernel[1]; ++ky) {
      const std::int64_t y = oy * op.stride[0] - op.pad.top + ky * op.dilation[0];
      if (y < 0 || y >= height) continue;
      for (std::int64_t kx = 0; kx < kernel[2]; ++kx) {
        const std::int64_t column = ox * op.stride[1] - op.pad.left + kx * op.dilation[1];
        if (column < 0 || column >= width) continue;
        const T* pixel = x.data() + ((n * height + y) * width + column) * channels + first_channel;
        const T* weight = w.data() + ((o * kernel[1] + ky) * kernel[2] + kx) * depth;
        sum += dot(pixel, weight, depth);
      }
    }
    return sum;
  };

  parallel_for(static_cast<std::size_t>(out[0] * out[1]), [&](std::size_t row) {
    const auto n = static_cast<std::int64_t>(row) / out[1];
    const auto oy = static_cast<std::int64_t>(row) % out[1];
    std::size_t i = row * static_cast<std::size_t>(out[2] * out[3]);
    for (std::int64_t ox = 0; ox < out[2]; ++ox) {
      for (std::int64_t o = 0; o < out[3]; ++o) emit(i++, o, sum_at(n, oy, ox, o));
    }
  });
}

}  // namespace

ConstantPtr compute(const Conv& op, const Call& call) {
  const Input& x = call.in(0);
  const Input& w = call.in(1);
  const std::int64_t channels = w.shape()[0];
  const auto count = static_cast<std::size_t>(call.out().elements());

  if (is_integer_linear(call)) {
    const Requantizer requantize = linear_requantizer(call, op.act);
    const std::vector<std::uint32_t> bias = integer_bias(call, channels);
    std::vector<std::int64_t> result(count);
    convolve(op, call, centered_values(*x.tensor, *x.value), centered_values(*w.tensor, *w.value),
             [&](std::size_t i, std::int64_t o, std::uint32_t sum) {
               result[i] = requantize(bias[static_cast<std::size_t>(o)] + sum, o);
             });
    return store_integers(call.out(), std::move(result));
  }

  const std::vector<float> bias = real_bias(call, channels);
  std::vector<float> result(count);
  convolve(op, call, real_values(*x.tensor, *x.value), real_values(*w.tensor, *w.value),
           [&](std::size_t i, std::int64_t o, double sum) {
             const double total = sum + static_cast<double>(bias[static_cast<std::size_t>(o)]);
             result[i] = clamp(static_cast<float>(total), op.act);
           });
  return store_reals(call.out(), result);
}

}  // namespace spindle::reference
