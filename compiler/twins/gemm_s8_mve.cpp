// Twins of the 8-bit matrix products for MVE: 1x1 and first convolutions. The layout of the weights
// is described in runtime/spindle_gemm_s8_mve.h.
#include <algorithm>
#include <cstring>

#include "compiler/twins/gemm.h"
#include "compiler/twins/twins.h"

namespace spindle::twins {
namespace {

constexpr std::int32_t kVector = 16;       // bytes of a vector register
constexpr std::int32_t kPanel = 4;         // outputs of a panel
constexpr std::size_t kHead = 4 * kPanel;  // bytes of one word for each output of a panel
constexpr std::int32_t kMostChannels = 1 << 14;

// Blocks of 16 inputs: the first begins at input 0, the last one ends at the last input. If there
// are fewer than 16 inputs, the rest of the block counts as zero.
ReadOrder order_of(std::int32_t depth) {
  ReadOrder order;
  order.reads.push_back({0, 0, std::min(depth, kVector)});
  order.blocks.push_back(kVector);
  for (std::int32_t k = (depth - 1) % kVector + 1; k < depth; k += kVector) {
    order.reads.push_back({k, static_cast<std::int32_t>(order.blocks.size()) * kVector, kVector});
    order.blocks.push_back(kVector);
  }
  return order;
}

// Unpacks all panels. `zeros`: panels contain the zero points of the weights.
Gemm unpack(const std::int32_t* weights, std::int32_t depth, std::int32_t outputs, bool zeros,
            const char* symbol) {
  expect(depth >= 1, symbol, "no inputs");
  expect(outputs >= kPanel && outputs < kMostChannels, symbol, "too few channels or too many");
  const ReadOrder order = order_of(depth);
  Gemm gemm = empty_gemm(order, outputs);
  if (zeros) gemm.per_sum.resize(outputs);
  const auto* panel = reinterpret_cast<const std::int8_t*>(weights);
  const auto take_head = [&](void* to) {
    std::memcpy(to, panel, kHead);
    panel += kHead;
  };
  for (std::int32_t o = 0; o < outputs; o += kPanel) {
    const std::int32_t first = std::min(o, outputs - kPanel);
    panel = take_weights(gemm, order, first, kPanel, panel);
    if (zeros) take_head(gemm.per_sum.data() + first);
    take_head(gemm.bias.data() + first);
    take_head(gemm.multiplier.data() + first);
  }
  return gemm;
}

void pointwise(const char* symbol, const spindle_pw_s8_mve_params& p, bool zeros, const void* in,
               void* out, std::int32_t pixels) {
  const Gemm gemm = unpack(p.weights, p.in_channels, p.out_channels, zeros, symbol);
  multiply(gemm, {p.out_zero, p.lo, p.hi}, static_cast<const std::int8_t*>(in), p.in_channels,
           static_cast<std::int8_t*>(out), pixels);
}

Gemm unpack_stem(const char* symbol, const spindle_stem_s8_mve_params& p, bool zeros) {
  return unpack(p.weights, p.kernel_h * p.kernel_w * p.in_channels, p.out_channels, zeros, symbol);
}

void stem(const Gemm& gemm, const spindle_stem_s8_mve_params& p, const void* in, void* out,
          void* scratch, Outputs at) {
  const std::int32_t depth = p.kernel_h * p.kernel_w * p.in_channels;
  auto* windows = static_cast<std::int8_t*>(scratch);
  auto* to = static_cast<std::int8_t*>(out);
  while (at.n > 0) {
    const std::int32_t count = std::min(at.n, SPINDLE_STEM_S8_MVE_PIXELS);
    lay_out_windows(p, in, windows, depth, {at.y, at.x, count});
    multiply(gemm, {p.out_zero, p.lo, p.hi}, windows, depth, to, count);
    to += count * p.out_channels;
    at.x += count;
    at.n -= count;
  }
}

}  // namespace
}  // namespace spindle::twins

using namespace spindle::twins;

void spindle_pw_s8_mve(const spindle_pw_s8_mve_params* p, const void* in, void* out,
                       std::int32_t pixels) {
  pointwise(__func__, *p, false, in, out, pixels);
}
void spindle_pw_s8w_mve(const spindle_pw_s8_mve_params* p, const void* in, void* out,
                        std::int32_t pixels) {
  pointwise(__func__, *p, true, in, out, pixels);
}

void spindle_stem_s8_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                         void* scratch, std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(unpack_stem(__func__, *p, false), *p, in, out, scratch, {y, x, n});
}
void spindle_stem_s8w_mve(const spindle_stem_s8_mve_params* p, const void* in, void* out,
                          void* scratch, std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(unpack_stem(__func__, *p, true), *p, in, out, scratch, {y, x, n});
}
