// Synthetic inputs that exercise a network.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Makes a value for each graph input, in its type and shape: waves of several lengths and
// directions with noise, different in every channel. 8-bit inputs use the whole range of codes.
// Float inputs use the range, of a few common ones, in which the first quantization behind them
// gives the most codes, or -1 to 1 if there is none. The same `seed` gives the same values on every
// machine.
[[nodiscard]] std::vector<ConstantPtr> seeded_inputs(const Graph& graph, std::uint64_t seed);

}  // namespace spindle
