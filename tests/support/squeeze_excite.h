// Inverted residual blocks with squeeze-and-excite and hard-swish, as in MobileNetV3.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/network_builder.h"

namespace spindle::testing {

// A first convolution and two blocks with generated weights. A block is an expansion with
// hard-swish (x times its HardSigmoid), a depthwise convolution, squeeze-and-excite and a
// projection. The projection's global average goes through a 1x1 convolution and is added to each
// pixel. The broadcast operand comes first in the products and sums of one block, and last in the
// other. Input: "input", uint8 [1,resolution,resolution,3], `resolution` even. Output: "map",
// float [1,channels,resolution/4,resolution/4].
[[nodiscard]] std::string squeeze_excite_onnx(Precision precision, double alpha, int resolution,
                                              int channels, std::uint32_t seed = 1);

}  // namespace spindle::testing
