// The MobileNetV2 paper's detection and segmentation networks as ONNX files, with generated
// weights.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/network_builder.h"

namespace spindle::testing {

// SSDLite on MobileNetV2 (Sandler et al. 2018, section 6.2): heads of depthwise separable
// convolutions on the expansion of block 13's successor (C4, stride 16), on the last layer (stride
// 32), and on four more layers behind it; 3 anchors per cell of the first map, 6 of the others.
// Input "input", uint8 NHWC of `resolution`; outputs "scores" [1,N,classes] (sigmoid, class 0 the
// background), "boxes" [1,N,4] (offsets of centre and size, y before x) and the constant "anchors"
// [1,N,4] (corners).
[[nodiscard]] std::string ssdlite_onnx(Precision precision, double alpha, int resolution,
                                       int classes, std::uint32_t seed = 1);

// DeepLabv3 on MobileNetV2 (section 6.3) at output stride 16 without ASPP: the last 1x1 convolution
// of the classifier left away, the last two stages dilated, 1x1 and image-pooling branches of 256
// channels, their concatenation, `classes` scores, resized with aligned corners, and the class of
// each pixel: output "classes", int64 [1,resolution,resolution].
[[nodiscard]] std::string deeplab_onnx(Precision precision, double alpha, int resolution,
                                       int classes, std::uint32_t seed = 1);

}  // namespace spindle::testing
