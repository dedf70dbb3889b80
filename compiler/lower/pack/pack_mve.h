// Packs weights in the order in which the MVE kernels read them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace spindle {

// What a kernel needs to know of a layer: per output channel its inputs' weights, bias and
// multiplier.
struct ChannelData {
  std::span<const std::int8_t> weights;  // [channels][inputs]
  std::span<const std::int32_t> bias;
  std::span<const float> multiplier;
  std::span<const std::int32_t> zero = {};  // of the weights; empty if there are none
};

// For the matrix products of runtime/mve/spindle_gemm_s8_mve.h: panels of four channels, the last of
// which ends with the last channel. At least 4 channels.
[[nodiscard]] std::vector<std::int32_t> pack_mve_gemm(const ChannelData& data);

// 3x3 depthwise, for spindle_dw3x3_s8_mve: blocks of 16 channels, the last of which ends with the
// last channel. At least 16 channels.
[[nodiscard]] std::vector<std::int32_t> pack_mve_dw3x3(const ChannelData& data);

// Depthwise windows of any shape, for spindle_dw_s8_mve: weights less their zero points, in blocks
// of 8 channels, the last of which ends with the last channel. At least 8 channels.
[[nodiscard]] std::vector<std::int32_t> pack_mve_depthwise(const ChannelData& data);

}  // namespace spindle
