// Convolution, shared by Conv and QLinearConv.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Emits the convolution that the node's attributes describe. `x` is a float NCHW image, `weights`
// are [O,KH,KW,C/groups], and `weights_shape` is their shape in the file, [O,C/groups,KH,KW].
// `bias` may be kNoTensor. Returns an NCHW image that is named after output 0 with `suffix`.
[[nodiscard]] TensorId emit_conv(NodeContext& node, TensorId x, TensorId weights, TensorId bias,
                                 const Shape& weights_shape, std::string_view suffix);

}  // namespace spindle::frontend
