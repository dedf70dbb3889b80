// Finds the inverted residuals (Sandler et al. 2018).
//
// Before: canonical graph (activations fused, Q/DQ lowered, transposes and padding gone). After:
// Graph::blocks lists the blocks found, in graph order, and their nodes carry the index and their
// role; nothing else changes. A block is
//
//   [expand: 1x1 Conv to at least as many channels, any activation]
//   depthwise: kxk Conv, k 3, 5 or 7, stride 1 or 2, any dilation and activation
//   project: 1x1 Conv without activation (a linear bottleneck)
//   [add: the block's input added to the projection, no activation, stride 1]
//
// where brackets mark optional parts and the tensors in between have no other use.
//
// Not a block: without expand and add, a predictor of a detector, whose result is only gathered
// into the outputs; a depthwise and a pointwise convolution with an activation (MobileNetV1). In an
// 8-bit graph an activation may be hidden in scale and zero point: a projection whose output cannot
// be negative is not linear.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

void recognize_blocks(Graph& graph);

}  // namespace spindle
