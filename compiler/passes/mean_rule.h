#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Whether the order in which floats are summed decides the value of an 8-bit mean of `count`
// values: where its real value can be a tie between two codes, rounding in the sum breaks it, and
// in long sums rounding adds up. Otherwise an exact sum rounds to the same code. Ties are looked
// for among the first 16: with scales in a ratio of small numbers one of them is met.
[[nodiscard]] bool order_decides_mean(const Quant& x, const Quant& y, std::int64_t count);

}  // namespace spindle
