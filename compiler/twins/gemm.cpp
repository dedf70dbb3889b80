#include "compiler/twins/gemm.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <numeric>

namespace spindle::twins {
namespace {

std::size_t product(std::int32_t a, std::int32_t b) {
  return static_cast<std::size_t>(a) * static_cast<std::size_t>(b);
}

// Adds, to the sums of each pixel, the sum of its inputs times gemm.per_sum.
void add_sums(const Gemm& gemm, const std::int8_t* in, std::int32_t inputs, std::int32_t* sums,
              std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i, in += inputs, sums += gemm.outputs) {
    const auto sum = static_cast<std::uint32_t>(std::accumulate(in, in + inputs, 0));
    for (std::int32_t o = 0; o < gemm.outputs; ++o) {
      const auto factor = static_cast<std::uint32_t>(gemm.per_sum[o]);
      sums[o] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[o]) + factor * sum);
    }
  }
}

}  // namespace

Gemm empty_gemm(const ReadOrder& order, std::int32_t outputs) {
  Gemm gemm;
  gemm.outputs = outputs;
  gemm.depth = std::accumulate(order.blocks.begin(), order.blocks.end(), 0);
  gemm.reads = order.reads;
  gemm.weights.resize(product(outputs, gemm.depth));
  gemm.bias.resize(outputs);
  gemm.multiplier.resize(outputs);
  return gemm;
}

const std::int8_t* take_weights(Gemm& gemm, const ReadOrder& order, std::int32_t first,
                                std::int32_t channels, const std::int8_t* from) {
  std::int8_t* block = gemm.weights.data() + product(first, gemm.depth);
  for (const std::int32_t bytes : order.blocks) {
    for (std::int32_t c = 0; c < channels; ++c, from += bytes) {
      std::memcpy(block + product(c, gemm.depth), from, bytes);
    }
    block += bytes;
  }
  return from;
}

void multiply(const Gemm& gemm, const Range& range, const std::int8_t* in, std::int32_t inputs,
              std::int8_t* out, std::int32_t count) {
  constexpr std::int32_t kTogether = 64;  // pixels
  const spindle_pw_sum_s8_params p{gemm.weights.data(), gemm.bias.data(), nullptr, gemm.depth,
                                   gemm.outputs};
  const std::int32_t most = std::min(count, kTogether);
  std::vector<std::int8_t> read(product(most, gemm.depth));
  std::vector<std::int32_t> sums(product(most, gemm.outputs));
  for (std::int32_t done = 0; done < count; done += kTogether) {
    const std::int32_t pixels = std::min(kTogether, count - done);
    const std::int8_t* first = in + static_cast<std::ptrdiff_t>(done) * inputs;
    for (std::int32_t i = 0; i < pixels; ++i) {
      const std::int8_t* pixel = first + static_cast<std::ptrdiff_t>(i) * inputs;
      for (const Read& r : gemm.reads) {
        std::memcpy(read.data() + product(i, gemm.depth) + r.to, pixel + r.from, r.bytes);
      }
    }
    spindle_pw_sum_s8(&p, read.data(), sums.data(), pixels);
    if (!gemm.per_sum.empty()) add_sums(gemm, first, inputs, sums.data(), pixels);
    for (std::int32_t i = 0; i < pixels; ++i, out += gemm.outputs) {
      requantize(sums.data() + product(i, gemm.outputs), gemm.multiplier.data(), out, gemm.outputs,
                 range);
    }
  }
}

}  // namespace spindle::twins
