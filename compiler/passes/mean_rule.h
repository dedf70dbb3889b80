#pragma once

#include "compiler/ir/graph.h"

namespace spindle {

// Whether an 8-bit mean from `x` to `y`, which have one scale each, can depend on the order in
// which floats are summed. It can where the exact mean may be a tie between two codes, because
// rounding errors of the sum then decide, and in long sums, where rounding errors add up. Otherwise
// an exact sum gives the same code. Only the first 16 ties are checked. This is enough if the ratio
// of the scales is one of small numbers, since then one of them is hit. A sum is long from 1024
// values on if it is over rows and columns of an image, and from 128 values on elsewhere, where
// more values may be added one after the other.
[[nodiscard]] bool order_decides_mean(const Reduce& op, const Tensor& x, const Tensor& y);

}  // namespace spindle
