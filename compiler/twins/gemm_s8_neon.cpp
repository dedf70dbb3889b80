// Twins of the 8-bit matrix products of Cortex-A: 1x1 and first convolutions with NEON, with the
// dot product instructions and with the 8-bit matrix product instructions. Layouts and orders are
// described in runtime/neon/spindle_gemm_s8_neon.h, _dot.h and _i8mm.h.
#include <algorithm>
#include <cstring>

#include "compiler/twins/gemm.h"
#include "compiler/twins/twins.h"

namespace spindle::twins {
namespace {

constexpr std::int32_t kVector = 16;  // bytes of a vector register

// The properties of the kernels of one instruction set.
struct Isa {
  std::int32_t channels;  // output channels of a panel
  std::int32_t step;      // the inputs of a window are padded to a multiple of this, and to kVector
  bool by_twos;           // biases and multipliers come in the order 0 1 0 1 2 3 2 3 ...
  bool pairs;             // pairs of products are added in 16 bits
  ReadOrder (*order)(std::int32_t depth);
};

// The order of the whole vectors. The caller appends what is left.
ReadOrder whole_vectors(std::int32_t depth, std::int32_t block) {
  ReadOrder order;
  for (std::int32_t k = 0; k < depth / kVector * kVector; k += block) {
    order.reads.push_back({k, k, block});
    order.blocks.push_back(block);
  }
  return order;
}

void append(ReadOrder& order, std::int32_t from, std::int32_t bytes) {
  std::int32_t to = 0;
  for (const std::int32_t block : order.blocks) to += block;
  order.reads.push_back({from, to, bytes});
  order.blocks.push_back(bytes);
}

ReadOrder neon_order(std::int32_t depth) {
  if (depth < kVector) return {{{0, 0, 8}, {depth - 8, 8, 8}}, {kVector}};
  ReadOrder order = whole_vectors(depth, kVector);
  const std::int32_t rest = depth % kVector;
  if (rest > 8) append(order, depth - kVector, kVector);
  if (rest > 0 && rest <= 8) append(order, depth - 8, 8);
  return order;
}

ReadOrder dot_order(std::int32_t depth) {
  ReadOrder order = whole_vectors(depth, 4);
  const std::int32_t whole = depth / kVector * kVector;
  if (whole == depth) return order;
  const std::int32_t rest = whole == 0 && depth > 8 ? kVector : depth - whole;
  const std::int32_t low = whole == 0 ? 0 : depth - kVector;
  if (rest > 12) append(order, low, 4);
  if (rest > 8) append(order, low + 4, 4);
  if (rest > 4) append(order, depth - 8, 4);
  append(order, depth - 4, 4);
  return order;
}

ReadOrder i8mm_order(std::int32_t depth) {
  ReadOrder order = whole_vectors(depth, 8);
  const std::int32_t whole = depth / kVector * kVector;
  if (whole == depth) return order;
  if (depth - whole > 8) append(order, whole == 0 ? 0 : depth - kVector, 8);
  append(order, depth - 8, 8);
  return order;
}

constexpr Isa kNeon{4, 16, false, true, neon_order};
constexpr Isa kDot{8, 4, false, false, dot_order};
constexpr Isa kI8mm{8, 8, true, false, i8mm_order};

// Reads one word for each output of a panel. Returns what follows.
const std::int8_t* take_head(const Isa& isa, const std::int8_t* from, void* to,
                             const char* symbol) {
  const std::size_t words = isa.channels;
  if (!isa.by_twos) {
    std::memcpy(to, from, 4 * words);
    return from + 4 * words;
  }
  for (std::size_t pair = 0; pair < words / 2; ++pair, from += 16) {
    expect(std::memcmp(from, from + 8, 8) == 0, symbol, "two pixels have different constants");
    std::memcpy(static_cast<std::int8_t*>(to) + 8 * pair, from, 8);
  }
  return from;
}

// Whether the sums of two products fit in 16 bits. The products of weights i and i + 8 of a block
// are added.
bool pairs_fit(const ReadOrder& order, std::int32_t channels, const std::int8_t* weights) {
  for (const std::int32_t bytes : order.blocks) {
    for (std::int32_t c = 0; c < channels; ++c, weights += bytes) {
      for (std::int32_t i = 0; i + 8 < bytes; ++i) {
        if (weights[i] == -128 && weights[i + 8] == -128) return false;
      }
    }
  }
  return true;
}

Gemm unpack(const Isa& isa, const std::int8_t* panel, const std::int32_t* weight_zero,
            std::int32_t depth, std::int32_t outputs, const char* symbol) {
  expect(depth >= 8 && outputs >= isa.channels, symbol, "too few channels");
  const ReadOrder order = isa.order(depth);
  Gemm gemm = empty_gemm(order, outputs);
  for (std::int32_t o = 0; o < outputs; o += isa.channels) {
    const std::int32_t first = std::min(o, outputs - isa.channels);
    panel = take_head(isa, panel, gemm.bias.data() + first, symbol);
    panel = take_head(isa, panel, gemm.multiplier.data() + first, symbol);
    expect(!isa.pairs || pairs_fit(order, isa.channels, panel), symbol, "sums leave 16 bits");
    panel = take_weights(gemm, order, first, isa.channels, panel);
  }
  for (std::int32_t o = 0; weight_zero != nullptr && o < outputs; ++o) {
    gemm.per_sum.push_back(-weight_zero[o]);
  }
  return gemm;
}

void pointwise(const Isa& isa, const char* symbol, const spindle_pw_s8_neon_params& p,
               const void* in, void* out, std::int32_t pixels) {
  const Gemm gemm = unpack(isa, p.panels, p.weight_zero, p.in_channels, p.out_channels, symbol);
  multiply(gemm, neon_range(p.out_zero, p.lo, p.hi, p.narrow), static_cast<const std::int8_t*>(in),
           p.in_channels, static_cast<std::int8_t*>(out), pixels);
}

void stem(const Isa& isa, const char* symbol, const spindle_stem_s8_neon_params& p, const void* in,
          void* out, Outputs at) {
  const std::int32_t taps = p.kernel_h * p.kernel_w * p.in_channels;
  expect(p.kernel_w * p.in_channels <= 16 && taps <= 80, symbol, "the window is too large");
  const std::int32_t depth = std::max(kVector, (taps + isa.step - 1) / isa.step * isa.step);
  const Gemm gemm = unpack(isa, p.panels, p.weight_zero, depth, p.out_channels, symbol);
  // The bytes after a window have zero weights, so they may be anything, unless the inputs are
  // summed.
  const auto filler = static_cast<std::int8_t>(p.weight_zero != nullptr ? 0 : 0x55);
  std::vector<std::int8_t> windows(at.n * static_cast<std::size_t>(depth), filler);
  lay_out_windows(p, in, windows.data(), depth, at);
  multiply(gemm, neon_range(p.out_zero, p.lo, p.hi, p.narrow), windows.data(), depth,
           static_cast<std::int8_t*>(out), at.n);
}

}  // namespace
}  // namespace spindle::twins

using namespace spindle::twins;

void spindle_pw_s8_neon(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                        std::int32_t pixels) {
  pointwise(kNeon, __func__, *p, in, out, pixels);
}
void spindle_pw_s8_dot(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                       std::int32_t pixels) {
  pointwise(kDot, __func__, *p, in, out, pixels);
}
void spindle_pw_s8_i8mm(const spindle_pw_s8_neon_params* p, const void* in, void* out,
                        std::int32_t pixels) {
  pointwise(kI8mm, __func__, *p, in, out, pixels);
}

void spindle_stem_s8_neon(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                          std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(kNeon, __func__, *p, in, out, {y, x, n});
}
void spindle_stem_s8_dot(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                         std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(kDot, __func__, *p, in, out, {y, x, n});
}
void spindle_stem_s8_i8mm(const spindle_stem_s8_neon_params* p, const void* in, void* out,
                          std::int32_t y, std::int32_t x, std::int32_t n) {
  stem(kI8mm, __func__, *p, in, out, {y, x, n});
}
