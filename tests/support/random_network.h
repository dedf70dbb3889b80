// Random graphs of any shape: what a network of the family does not do, but a file may.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace spindle::testing {

// A canonical graph in which any operator may follow any other: reshapes between any two, maps of
// one row or one column, element-wise chains behind data movement, even kernels, uneven padding,
// groups, pooling, squeeze-and-excite, concatenation and Softmax along any axis, operands that
// repeat along some dimensions, one or two inputs, and tensors in mid-network that are outputs.
// `type` of activations: kI8, kU8 or kF32. Everything else follows from the seed.
[[nodiscard]] Graph random_network(std::uint64_t seed, DType type);

}  // namespace spindle::testing
