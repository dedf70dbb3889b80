// Random graphs with structures that no network of the MobileNetV2 family has, but an ONNX file
// may.
#pragma once

#include <cstdint>

#include "compiler/ir/graph.h"

namespace spindle::testing {

// A canonical graph in which any operator may follow any other. There are reshapes between any two
// of them, maps of one row or one column, element-wise chains behind data movement, kernels of even
// size, reductions over any dimensions, PRelu, gathers, blocks of pixels from channels and back,
// uneven padding, groups, pooling, squeeze-and-excite, concatenation and Softmax along any axis,
// broadcast operands, one or two inputs, and outputs in the middle of the network. `type` is the
// type of activations: kI8, kU8 or kF32. The seed decides everything else.
[[nodiscard]] Graph random_network(std::uint64_t seed, DType type);

}  // namespace spindle::testing
