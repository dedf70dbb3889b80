// Packs weights in the order in which the NEON kernels read them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/lower/pack/weights.h"

namespace spindle {

// The order in which a kernel reads the inputs of one output channel: blocks of consecutive bytes.
// An entry is the index of an input, or -1 where the kernel reads an input again, whose weight must
// then be zero. Example, dot_order(9): {0 1 2 3} {4 5 6 7} {-1 -1 -1 -1} {-1 -1 -1 8}.
using ReadOrder = std::vector<std::vector<int>>;

// The orders of runtime/dot/spindle_gemm_s8_dot.h, spindle_gemm_s8_neon.h and
// spindle_gemm_s8_i8mm.h for `depth` inputs; depth >= 8.
[[nodiscard]] ReadOrder dot_order(int depth);
[[nodiscard]] ReadOrder neon_order(int depth);
[[nodiscard]] ReadOrder i8mm_order(int depth);

// The layout of a matrix product's panels.
struct GemmLayout {
  ReadOrder order;       // the order of the inputs
  int channels;          // output channels of a panel
  bool by_twos = false;  // biases and multipliers come in the order 0 1 0 1 2 3 2 3 ...
};

// Packs weights `values` [outputs][inputs] into panels of layout.channels output channels. The last
// panel ends at the last channel, so it may overlap the one before; outputs >= layout.channels. A
// panel is
//
//   int32 bias[channels]           twice as many if layout.by_twos
//   float multiplier[channels]     twice as many if layout.by_twos
//   int8  weights[block of layout.order][channel][byte of the block]
[[nodiscard]] std::vector<std::int8_t> pack_panels(const GemmLayout& layout,
                                                   std::span<const std::int8_t> values,
                                                   std::span<const std::int32_t> bias,
                                                   std::span<const float> multiplier);

// Whether two 8-bit products, added in the order of spindle_gemm_s8_neon.h, fit in 16 bits for all
// inputs. They do if no two weights whose products are added are both -128.
[[nodiscard]] bool pairs_fit(std::span<const std::int8_t> values, const ReadOrder& order);

// Packs 3 x 3 depthwise weights [channels][9]. The last block of channels ends at the last channel;
// there are at least as many channels as a block has.
//
//   pack_dw3x3_dot     spindle_dw3x3_s8_dot: [block of 16][3 columns][16 channels][4], the
//                      last four being rows 0, 1, 2 and a zero
//   pack_dw3x3_neon    spindle_dw3x3_s8_neon: [block][3 rows][3 columns][channels of the block]
[[nodiscard]] std::vector<std::int8_t> pack_dw3x3_dot(std::span<const std::int8_t> values);
[[nodiscard]] std::vector<std::int8_t> pack_dw3x3_neon(std::span<const std::int8_t> values,
                                                       std::size_t block);
// Like pairs_fit, for spindle_dw3x3_s8_neon.
[[nodiscard]] bool dw3x3_pairs_fit(std::span<const std::int8_t> values);

// For spindle_dw3x3_s8w_neon: weights minus their zero points, in 16 bits, as [block of 8
// channels][3 rows][3 columns][8]. The last block ends at the last channel; channels >= 8.
[[nodiscard]] std::vector<std::int16_t> pack_dw3x3_wide(const IntWeights& weights);

// Whether every result of the convolution, after rounding and before it is limited, fits in 16 bits
// for all inputs (`narrow` in runtime/spindle.h). `values` are [outputs][inputs]; `zeros` are their
// zero points by output, or empty; `bias` includes -in_zero * sum(w - zero).
[[nodiscard]] bool narrow_results(std::span<const std::int8_t> values,
                                  std::span<const std::int32_t> zeros,
                                  std::span<const std::int32_t> bias,
                                  std::span<const float> multiplier);

}  // namespace spindle
