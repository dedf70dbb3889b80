// Packs float weights for the depthwise kernels of Cortex-M (layouts: runtime/spindle.h).
#pragma once

#include <cstddef>
#include <vector>

namespace spindle {

// In which order the taps of a 3 x 3 window come.
enum class WindowOrder : bool { kRows, kColumns };

// Weights [outputs][3][3] -> [block of `channels` outputs][tap, in `order`][channels]. The last
// block ends with the last output, so it may overlap the one before; outputs >= channels.
[[nodiscard]] std::vector<float> pack_dw3x3_f32(const std::vector<float>& values,
                                                std::size_t outputs, std::size_t channels,
                                                WindowOrder order);

}  // namespace spindle
