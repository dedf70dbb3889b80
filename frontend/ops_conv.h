// Convolution, shared by Conv and QLinearConv.
#pragma once

#include "frontend/node_context.h"

namespace spindle::frontend {

// Emits the convolution that the node's attributes describe. `x` is a float image [N,C,H,W] or
// sequence [N,C,L], `weights` are [O,KH,KW,C/groups] or [O,K,C/groups], and `weights_shape` is
// their shape in the file, where C/groups is second. `bias` may be kNoTensor. Returns a result of
// x's rank that is named after output 0 with `suffix`.
[[nodiscard]] TensorId emit_conv(NodeContext& node, TensorId x, TensorId weights, TensorId bias,
                                 const Shape& weights_shape, std::string_view suffix);

// E0102 or E0104 if weights of this shape in the file do not fit a window over input 0.
void check_conv_weights(NodeContext& node, const Shape& weights_shape);
// The permutation that brings weights of the file from [O,C/groups,...] to [O,...,C/groups].
[[nodiscard]] std::vector<int> channels_last_perm(const Shape& weights_shape);

}  // namespace spindle::frontend
