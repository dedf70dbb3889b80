// Kernel, strides, dilations and padding of convolutions and pools.
#pragma once

#include <array>

#include "frontend/node_context.h"

namespace spindle::frontend {

struct Window {
  std::array<int, 2> kernel{1, 1};
  std::array<int, 2> stride{1, 1};
  std::array<int, 2> dilation{1, 1};
  Padding pad;
};

// Reads strides, dilations, pads and auto_pad of a 2-d window over an image of `height` x `width`.
// SAME_UPPER and SAME_LOWER become explicit padding: an odd row or column of it goes to the bottom
// or right (SAME_UPPER), or to the top or left (SAME_LOWER).
[[nodiscard]] Window read_window(NodeContext& node, std::array<int, 2> kernel, std::int64_t height,
                                 std::int64_t width);

// Height and width of input 0, an image [N,C,H,W] or, with `channels_last`, [N,H,W,C]. Other ranks
// are refused.
struct ImageSize {
  std::int64_t height, width;
};
[[nodiscard]] ImageSize image_size(NodeContext& node, bool channels_last = false);
void require_image(NodeContext& node);  // refuses ranks other than 4

}  // namespace spindle::frontend
