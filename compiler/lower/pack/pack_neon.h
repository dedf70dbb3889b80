// Packs weights in the order in which the NEON kernels read them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/lower/pack/weights.h"

namespace spindle {

// The order in which a kernel reads the inputs of one output channel: blocks of consecutive bytes,
// each byte the index of an input or -1 for a weight of zero.
using ReadOrder = std::vector<std::vector<int>>;

// Of runtime/dot/spindle_gemm_s8_dot.h, _neon.h and _i8mm.h; `depth` inputs, at least 8.
[[nodiscard]] ReadOrder dot_order(int depth);
[[nodiscard]] ReadOrder neon_order(int depth);
[[nodiscard]] ReadOrder i8mm_order(int depth);

// What a matrix product is packed for.
struct GemmLayout {
  ReadOrder order;       // of its inputs
  int channels;          // of a panel
  bool by_twos = false;  // biases and multipliers are repeated: 0 1 0 1 2 3 2 3 ...
};

// Weights [outputs][inputs] -> panels of biases, multipliers (the bits of floats), and weights
// [block][channel of the panel][byte of the block]. The last panel ends at the last channel, so
// that it may repeat channels of the one before. outputs >= layout.channels.
[[nodiscard]] std::vector<std::int8_t> pack_panels(const GemmLayout& layout,
                                                   std::span<const std::int8_t> values,
                                                   std::span<const std::int32_t> bias,
                                                   std::span<const float> multiplier);

// Whether sums of two products of 8 bits, added up in the order of spindle_gemm_s8_neon.h, stay
// within 16 bits whatever the inputs are: no two weights that meet are both -128.
[[nodiscard]] bool pairs_fit(std::span<const std::int8_t> values, const ReadOrder& order);

// 3x3 depthwise weights [channels][9] for spindle_dw3x3_s8_dot (blocks of 16) and
// spindle_dw3x3_s8_neon: blocks of `block` channels, the last of which ends at the last channel.
// There are at least as many channels.
[[nodiscard]] std::vector<std::int8_t> pack_dw3x3_dot(std::span<const std::int8_t> values);
[[nodiscard]] std::vector<std::int8_t> pack_dw3x3_neon(std::span<const std::int8_t> values,
                                                       std::size_t block);
// As pairs_fit, for spindle_dw3x3_s8_neon.
[[nodiscard]] bool dw3x3_pairs_fit(std::span<const std::int8_t> values);

// Those for spindle_dw3x3_s8w_neon: less their zero points, of 16 bits. channels >= 8.
[[nodiscard]] std::vector<std::int16_t> pack_dw3x3_wide(const IntWeights& weights);

// Whether every result of the convolution, rounded and before it is limited, fits into 16 bits
// whatever the inputs are (`narrow` in runtime/spindle.h). `values` are [outputs][inputs], `zeros`
// their zero points by output or empty; `bias` holds -in_zero * sum(w - zero) already.
[[nodiscard]] bool narrow_results(std::span<const std::int8_t> values,
                                  std::span<const std::int32_t> zeros,
                                  std::span<const std::int32_t> bias,
                                  std::span<const float> multiplier);

}  // namespace spindle
