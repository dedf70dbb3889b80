#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Whether an 8-bit mean of `count` values can depend on the order in which floats are summed. It
// can where the exact mean may be a tie between two codes, because rounding errors of the sum then
// decide, and in long sums, where rounding errors add up. Otherwise an exact sum gives the same
// code. Only the first 16 ties are checked. This is enough if the ratio of the scales is one of
// small numbers, since then one of them is hit.
[[nodiscard]] bool order_decides_mean(const Quant& x, const Quant& y, std::int64_t count);

}  // namespace spindle
