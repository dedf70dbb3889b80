// Packs float weights for the depthwise kernels of Cortex-M (layouts: runtime/spindle.h).
#pragma once

#include <cstddef>
#include <vector>

namespace spindle {

// The order of the taps of a 3 x 3 window: row by row, or column by column.
enum class WindowOrder : bool { kRows, kColumns };

// Packs weights [outputs][3][3] as [block of `channels` outputs][9 taps, in `order`][channels]. The
// last block ends at the last output, so it may overlap the one before; outputs >= channels.
// Example, blocks of 2, kColumns, where wRC is the weight in row R, column C, of channels a and b:
//
//   w00a w00b  w10a w10b  w20a w20b  w01a w01b  ...  w22a w22b
[[nodiscard]] std::vector<float> pack_dw3x3_f32(const std::vector<float>& values,
                                                std::size_t outputs, std::size_t channels,
                                                WindowOrder order);

}  // namespace spindle
