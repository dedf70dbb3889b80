// Packs weights in the order in which the MVE kernels read them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace spindle {

// What is packed of a layer: for each output channel its weights, bias and multiplier.
struct ChannelData {
  std::span<const std::int8_t> weights;  // [channels][inputs]
  std::span<const std::int32_t> bias;
  std::span<const float> multiplier;
  std::span<const std::int32_t> zero = {};  // zero points of the weights; empty if all are 0
};

// For the matrix products of runtime/mve/spindle_gemm_s8_mve.h; at least 4 channels. Panels of four
// channels; the last one ends at the last channel, so it may overlap the one before. A panel is
//
//   int8  weights[block][4 channels][16 inputs]
//   int32 minus_zero[4]     only if the weights have zero points
//   int32 bias[4]
//   float multiplier[4]
//
// Block 0 begins at input 0, the last block ends at the last input. Where blocks 0 and 1 overlap,
// the weights are in block 1, and block 0 has zeros.
[[nodiscard]] std::vector<std::int32_t> pack_mve_gemm(const ChannelData& data);

// 3 x 3 depthwise, for spindle_dw3x3_s8_mve; at least 16 channels. Blocks of 16 channels; the last
// one ends at the last channel. A block is four groups of four channels, each of 25 words:
//
//   words 0 - 7     int32 bias, float multiplier of channel 0; the same for channels 1, 2 and 3
//   word 8          0
//   words 9 - 24    int8 weights [4 channels][4 columns][4 rows]; the last column and row are 0
[[nodiscard]] std::vector<std::int32_t> pack_mve_dw3x3(const ChannelData& data);

// Depthwise windows of any shape, for spindle_dw_s8_mve; at least 8 channels. Blocks of 8 channels;
// the last one ends at the last channel. A block is
//
//   int32 bias[8]            of channels 0 2 4 6 1 3 5 7
//   float multiplier[8]      in the same order
//   int16 weights[taps][8]   minus their zero points, in the order of the channels
[[nodiscard]] std::vector<std::int32_t> pack_mve_depthwise(const ChannelData& data);

}  // namespace spindle
