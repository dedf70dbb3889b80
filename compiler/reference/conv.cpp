// Convolution, written once for float (double accumulator) and for centered 8-bit values (int32).
#include <algorithm>

#include "compiler/reference/dot.h"
#include "compiler/reference/linear.h"
#include "compiler/reference/operators.h"
#include "compiler/reference/values.h"
#include "compiler/support/parallel.h"

namespace spindle::reference {

namespace {

// A tap of the window that lies inside of the image: the offset of its pixel in the input, and the
// offset of its weights within those of an output channel, in elements.
struct Tap {
  std::int64_t pixel, weight;
};

// Row `y` and column `x` of image `n`.
struct Pixel {
  std::int64_t n, y, x;
};

// Finds the taps of an output pixel. Taps in the padding are left out, because padding is zero.
void find_taps(const Conv& op, const Shape& in, const Shape& kernel, const Pixel& out,
               std::vector<Tap>& taps) {
  const std::int64_t height = in[1], width = in[2], channels = in[3];
  taps.clear();
  for (std::int64_t ky = 0; ky < kernel[1]; ++ky) {
    const std::int64_t y = out.y * op.stride[0] - op.pad.top + ky * op.dilation[0];
    if (y < 0 || y >= height) continue;
    for (std::int64_t kx = 0; kx < kernel[2]; ++kx) {
      const std::int64_t x = out.x * op.stride[1] - op.pad.left + kx * op.dilation[1];
      if (x < 0 || x >= width) continue;
      taps.push_back(
          {((out.n * height + y) * width + x) * channels, (ky * kernel[2] + kx) * kernel[3]});
    }
  }
}

// Rearranges depthwise weights from [channel][tap] to [tap][channel].
template <typename T>
std::vector<T> transposed(const std::vector<T>& w, std::int64_t channels) {
  const std::size_t count = channels;
  const std::size_t taps = w.size() / count;
  std::vector<T> result(w.size());
  for (std::size_t o = 0; o < count; ++o) {
    for (std::size_t t = 0; t < taps; ++t) result[t * count + o] = w[o * taps + t];
  }
  return result;
}

// Calls emit(i, o, sum of products) for every output element i, which belongs to channel o. Several
// threads compute different rows at the same time, so emit may write only what belongs to i.
template <typename T, typename Emit>
void convolve(const Conv& op, const Call& call, const std::vector<T>& x, const std::vector<T>& w,
              Emit&& emit) {
  const Shape& in = call.in(0).shape();
  const Shape& kernel = call.in(1).shape();
  const Shape& out = call.out().shape;
  const std::int64_t depth = kernel[3];  // input channels that one output channel reads
  const std::int64_t weights = kernel[1] * kernel[2] * depth;
  const std::int64_t outputs_per_group = kernel[0] / op.groups;

  const bool by_channel = depth == 1 && outputs_per_group == 1;
  const std::vector<T> across = by_channel ? transposed(w, kernel[0]) : std::vector<T>();

  parallel_for(out[0] * out[1], [&](std::size_t row) {
    const auto n = static_cast<std::int64_t>(row) / out[1];
    const auto oy = static_cast<std::int64_t>(row) % out[1];
    std::size_t i = row * (out[2] * out[3]);
    std::vector<Tap> taps;
    std::vector<decltype(dot(x.data(), w.data(), 0))> sums(out[3]);
    for (std::int64_t ox = 0; ox < out[2]; ++ox) {
      find_taps(op, in, kernel, {n, oy, ox}, taps);
      std::fill(sums.begin(), sums.end(), 0);
      if (by_channel) {
        for (const Tap& tap : taps) {
          add_products(x.data() + tap.pixel, across.data() + tap.weight * out[3], sums);
        }
      } else {
        for (std::int64_t o = 0; o < out[3]; ++o) {
          const T* pixels = x.data() + o / outputs_per_group * depth;
          const T* filter = w.data() + o * weights;
          auto& sum = sums[o];
          for (const Tap& tap : taps) sum += dot(pixels + tap.pixel, filter + tap.weight, depth);
        }
      }
      for (std::int64_t o = 0; o < out[3]; ++o) emit(i++, o, sums[o]);
    }
  });
}

}  // namespace

ConstantPtr compute(const Conv& op, const Call& call) {
  const Input& x = call.in(0);
  const Input& w = call.in(1);
  const std::int64_t channels = w.shape()[0];
  const std::size_t count = call.out().elements();

  if (is_integer_linear(call)) {
    const Requantizer requantize = linear_requantizer(call, op.act);
    const std::vector<std::uint32_t> bias = integer_bias(call, channels);
    std::vector<std::int64_t> result(count);
    convolve(op, call, centered_values(*x.tensor, *x.value), centered_values(*w.tensor, *w.value),
             [&](std::size_t i, std::int64_t o, std::uint32_t sum) {
               result[i] = requantize(bias[o] + sum, o);
             });
    return store_integers(call.out(), std::move(result));
  }

  const std::vector<float> bias = real_bias(call, channels);
  std::vector<float> result(count);
  convolve(op, call, real_values(*x.tensor, *x.value), real_values(*w.tensor, *w.value),
           [&](std::size_t i, std::int64_t o, double sum) {
             const double total = sum + static_cast<double>(bias[o]);
             result[i] = clamp(static_cast<float>(total), op.act);
           });
  return store_reals(call.out(), result);
}

}  // namespace spindle::reference
