// Splits the expanded channels of an inverted residual into groups (Sandler et al. 2018,
// section 5.1: the t-way split).
//
// Before: an 8-bit block that recognize_blocks found. After: one chain for each group of expanded
// channels, and the projection as a sum over them in int32, so that only one group of channels
// needs to exist at a time. The result is the same for every input, bit for bit:
//
//   y = project(depthwise(expand(x)))        e0 = expand_0(x)   d0 = depthwise_0(e0)
//                                            s0 = partial_sum(d0)
//                                     ->     e1 = expand_1(x)   d1 = depthwise_1(e1)
//                                            s1 = partial_sum(d1, s0)
//                                            y = requantize_sum(s1)
//
// The block's nodes stand in this order; its add, if it has one, is unchanged and follows. Without
// expand each chain begins with a slice of x. Nodes and tensors are named "<original>_group_<g>";
// expand and depthwise results no longer exist in the form that the ONNX file has. Groups are as
// even as multiples of 8, or 4 where they are small, allow.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// The most groups that `block` (an index into Graph::blocks) can be split into: its expanded
// channels. 1 if it cannot be split: a float block, weights that are not constant, a block that is
// split already.
[[nodiscard]] int most_channel_groups(const Graph& graph, int block);

// Splits the block into 1 to most_channel_groups groups; one group leaves it as it is. The graph's
// other nodes and Graph::blocks do not change.
void split_channels(Graph& graph, int block, int groups);

}  // namespace spindle
