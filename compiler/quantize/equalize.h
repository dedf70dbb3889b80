// Makes the channels of a tensor alike before it is quantized.
#pragma once

#include <map>

#include "compiler/ir/graph.h"
#include "compiler/quantize/window_sums.h"

namespace spindle {

// An activation has one scale for all of its channels. Where one channel is 50 times as large as
// another, the small one is left with a few codes. If nothing but convolutions, dense layers and
// sums of two tensors touches such a tensor, and no activation does, each channel can be divided by
// a factor of its own: the weights and bias that write it are divided, and the weights that read it
// multiplied. The network computes the same in float, and all channels get all codes.
//
// Tensors that are summed have the same factors. A factor is the root mean square of the channel,
// as `windows` tells it for the nodes that read it, but no less than 1/256 of the largest one.
// Tensors whose channels differ by less than a factor of 2 are left as they are.
//
// Afterwards these tensors hold other values than those of the model file, under the same names.
// Returns how many sets of tensors were changed.
int equalize_channels(Graph& graph, const std::map<NodeId, WindowSums>& windows);

}  // namespace spindle
