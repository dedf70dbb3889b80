// Splits the expanded channels of an inverted residual into groups (Sandler et al. 2018, section
// 5.1: the t-way split).
//
// Before: an 8-bit block that recognize_blocks found. After: one chain of operators for each group
// of expanded channels. The projection is summed over the groups in int32, so only one group of
// channels needs to exist at a time. The result is bit-identical for every input:
//
//   y = project(depthwise(expand(x)))        e0 = expand_0(x)   d0 = depthwise_0(e0)
//                                            s0 = partial_sum(d0)
//                                     ->     e1 = expand_1(x)   d1 = depthwise_1(e1)
//                                            s1 = partial_sum(d1, s0)
//                                            y = requantize_sum(s1)
//
// The block's nodes are in this order. Its add, if it has one, follows unchanged. Without expand
// each chain begins with a slice of x. Nodes and tensors are named "<original>_group_<g>". The
// results of expand and depthwise that the ONNX file has no longer exist as single tensors. Groups
// are as equal as possible: with 32 channels per group or more in multiples of 8, with 8 or more in
// multiples of 4. The last group takes the remainder.
#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// The largest number of groups that `block` can be split into: the
// number of its expanded channels. It is 1 if the block cannot be split: it is in float, has
// weights that are not constant, or is split already.
[[nodiscard]] int most_channel_groups(const Graph& graph, BlockId block);

// Splits the block into 1 to most_channel_groups groups; one group leaves it as it is. The graph's
// other nodes and Graph::blocks do not change.
void split_channels(Graph& graph, BlockId block, int groups);

}  // namespace spindle
