// Inputs that exercise a network, without a picture at hand.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// A value for each graph input, of its type and shape: waves of several lengths and directions with
// noise on them, different in every channel, over the range of values that the network is made for.
// 8-bit inputs have all their codes; float inputs the range that the first quantization behind them
// resolves best, or -1 to 1 where there is none. Follows from `seed`, on every machine alike.
[[nodiscard]] std::vector<ConstantPtr> seeded_inputs(const Graph& graph, std::uint64_t seed);

}  // namespace spindle
