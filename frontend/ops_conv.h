// Convolution, shared by Conv and QLinearConv.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// The convolution that the node's attributes describe, of the float NCHW image `x` with weights
// [O,KH,KW,C/groups] (`weights_shape` is theirs in the file, [O,C/groups,KH,KW]). Returns the image
// in NCHW, named after output 0 with `suffix`.
[[nodiscard]] TensorId emit_conv(NodeContext& node, TensorId x, TensorId weights, TensorId bias,
                                 const Shape& weights_shape, std::string_view suffix);

}  // namespace spindle::frontend
