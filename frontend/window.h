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

// Reads strides, dilations, pads and auto_pad of a window over an image of `height` x `width`:
// lists for two dimensions or, if input 0 is a sequence (of rank 3), for one, which is the width.
// SAME_UPPER and SAME_LOWER become explicit padding: an odd row or column of it goes to the bottom
// or right (SAME_UPPER), or to the top or left (SAME_LOWER).
[[nodiscard]] Window read_window(NodeContext& node, std::array<int, 2> kernel, std::int64_t height,
                                 std::int64_t width);

// Height and width of input 0, an image [N,C,H,W] or, with `channels_last`, [N,H,W,C]; a sequence
// [N,C,L] or [N,L,C] has height 1. Other ranks are refused.
struct ImageSize {
  std::int64_t height, width;
};
[[nodiscard]] ImageSize image_size(NodeContext& node, bool channels_last = false);
void require_image(NodeContext& node);  // refuses ranks other than 3 and 4

// An attribute with one value for each spatial dimension of input 0, for rows and columns.
// `otherwise` where it is absent, and `for_rows` for the rows of a sequence.
[[nodiscard]] std::array<int, 2> spatial_sizes(NodeContext& node, std::string_view name,
                                               int otherwise, int for_rows);

}  // namespace spindle::frontend
