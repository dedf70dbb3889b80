// Window pooling.
#include <algorithm>
#include <limits>

#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// One dimension of a window: the positions inside of the image, and how many positions count in a
// float average.
struct Window {
  std::vector<std::int64_t> positions;
  std::int64_t counted = 0;

  // That of output row (`dimension` 0) or column (1) `output`; the image has `extent` of them.
  Window(const Pool& op, std::size_t dimension, std::int64_t output, std::int64_t extent) {
    const int before = dimension == 0 ? op.pad.top : op.pad.left;
    const int after = dimension == 0 ? op.pad.bottom : op.pad.right;
    for (std::int64_t k = 0; k < op.kernel[dimension]; ++k) {
      const std::int64_t at = output * op.stride[dimension] - before + k * op.dilation[dimension];
      const bool inside = at >= 0 && at < extent;
      if (inside) positions.push_back(at);
      // In ceil mode a window may reach beyond the padding; positions there do not count.
      if (inside || (op.count_include_pad && at < extent + after)) ++counted;
    }
  }
};

// Calls f(flat indices of the taps inside of the image, number of taps that count) for every output
// element, in order.
template <typename F>
void for_each_window(const Pool& op, const Call& call, F&& f) {
  const Shape& in = call.in(0).shape();
  const Shape& out = call.out().shape;
  const auto pool = [&](const Window& rows, const Window& columns, std::int64_t n, std::int64_t c) {
    std::vector<std::size_t> taps;
    for (std::int64_t y : rows.positions) {
      for (std::int64_t column : columns.positions) {
        taps.push_back(((n * in[1] + y) * in[2] + column) * in[3] + c);
      }
    }
    f(taps, rows.counted * columns.counted);
  };
  for (std::int64_t n = 0; n < out[0]; ++n) {
    for (std::int64_t oy = 0; oy < out[1]; ++oy) {
      const Window rows(op, 0, oy, in[1]);
      for (std::int64_t ox = 0; ox < out[2]; ++ox) {
        const Window columns(op, 1, ox, in[2]);
        for (std::int64_t c = 0; c < out[3]; ++c) pool(rows, columns, n, c);
      }
    }
  }
}

// docs/numeric-contract.md, Average pooling: the sum is float32, tap by tap in window order, and
// the zero point is added before rounding.
ConstantPtr quantized_average(const Pool& op, const Call& call) {
  const Input& x = call.in(0);
  const Tensor& out = call.out();
  const float scale = out.quant->scale.front();
  const auto zero = static_cast<float>(out.quant->zero_point.front());
  const std::vector<float> values = real_values(*x.tensor, *x.value);
  std::vector<std::int64_t> result;
  for_each_window(op, call, [&](const std::vector<std::size_t>& taps, std::int64_t /*count*/) {
    const auto inside = static_cast<std::int64_t>(taps.size());
    const std::int64_t count =
        op.count_include_pad ? std::int64_t{op.kernel[0]} * op.kernel[1] : inside;
    float sum = 0;
    for (std::size_t tap : taps) sum += values[tap];
    const float mean = sum / static_cast<float>(std::max<std::int64_t>(count, 1));
    const float steps = mean / scale;
    const float shifted = steps + zero;
    result.push_back(saturate(static_cast<double>(round_half_even(shifted)), lowest_of(out.type),
                              highest_of(out.type)));
  });
  return store_integers(out, std::move(result));
}

}  // namespace

ConstantPtr compute(const Pool& op, const Call& call) {
  const bool max = op.kind == PoolKind::kMax;
  if (!max && is_quantized(*call.in(0).tensor) && is_quantized(call.out())) {
    return quantized_average(op, call);
  }
  const std::vector<float> x = real_values(*call.in(0).tensor, *call.in(0).value);
  std::vector<float> result;
  for_each_window(op, call, [&](const std::vector<std::size_t>& taps, std::int64_t count) {
    double sum = 0;
    float largest = -std::numeric_limits<float>::infinity();
    for (std::size_t tap : taps) {
      sum += static_cast<double>(x[tap]);
      largest = std::max(largest, x[tap]);
    }
    const float average = count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
    result.push_back(max ? largest : average);
  });
  return store_reals(call.out(), result);
}

}  // namespace spindle::reference
