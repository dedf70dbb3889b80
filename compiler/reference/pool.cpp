// Window pooling, in real values.
#include <algorithm>
#include <limits>

#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"

namespace spindle::reference {

namespace {

// One dimension of a window: the positions inside the image, and how many count in an average.
struct Window {
  std::vector<std::int64_t> positions;
  std::int64_t counted = 0;

  Window(std::int64_t output, int stride, int kernel, int dilation, int before, int after,
         std::int64_t extent, bool count_padding) {
    for (std::int64_t k = 0; k < kernel; ++k) {
      const std::int64_t at = output * stride - before + k * dilation;
      const bool inside = at >= 0 && at < extent;
      if (inside) positions.push_back(at);
      // In ceil mode a window may reach past the padding; what lies there is not padding.
      if (inside || (count_padding && at < extent + after)) ++counted;
    }
  }
};

}  // namespace

ConstantPtr compute(const Pool& op, const Call& call) {
  const Shape& in = call.in(0).shape();
  const Shape& out = call.out().shape;
  const std::vector<float> x = real_values(*call.in(0).tensor, *call.in(0).value);
  const bool max = op.kind == PoolKind::kMax;
  std::vector<float> result;

  const auto pool = [&](const Window& rows, const Window& columns, std::int64_t n, std::int64_t c) {
    double sum = 0;
    float largest = -std::numeric_limits<float>::infinity();
    for (std::int64_t y : rows.positions) {
      for (std::int64_t column : columns.positions) {
        const auto at = ((n * in[1] + y) * in[2] + column) * in[3] + c;
        const float value = x[static_cast<std::size_t>(at)];
        sum += static_cast<double>(value);
        largest = std::max(largest, value);
      }
    }
    const std::int64_t count = rows.counted * columns.counted;
    if (max) return largest;
    return count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
  };

  for (std::int64_t n = 0; n < out[0]; ++n) {
    for (std::int64_t oy = 0; oy < out[1]; ++oy) {
      const Window rows(oy, op.stride[0], op.kernel[0], op.dilation[0], op.pad.top, op.pad.bottom,
                        in[1], op.count_include_pad);
      for (std::int64_t ox = 0; ox < out[2]; ++ox) {
        const Window columns(ox, op.stride[1], op.kernel[1], op.dilation[1], op.pad.left,
                             op.pad.right, in[2], op.count_include_pad);
        for (std::int64_t c = 0; c < out[3]; ++c) result.push_back(pool(rows, columns, n, c));
      }
    }
  }
  return store_reals(call.out(), result);
}

}  // namespace spindle::reference
