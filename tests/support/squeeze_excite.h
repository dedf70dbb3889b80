// Inverted residuals with squeeze-and-excite and hard-swish, as MobileNetV3 has them.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/network_builder.h"

namespace spindle::testing {

// A first convolution and two blocks with generated weights: expansion and hard-swish (x times its
// HardSigmoid), depthwise convolution, squeeze-and-excite, projection, and the projection's own
// image-pooled context added to every pixel. One block has the repeated operand of its product and
// sum first, the other last. Input "input", uint8 NHWC of `resolution`, even; output "map", float
// [1,`channels`,resolution/4,resolution/4].
[[nodiscard]] std::string squeeze_excite_onnx(Precision precision, double alpha, int resolution,
                                              int channels, std::uint32_t seed = 1);

}  // namespace spindle::testing
