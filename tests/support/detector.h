// The MobileNetV2 paper's detection and segmentation networks as ONNX files, with generated
// weights.
#pragma once

#include <cstdint>
#include <string>

#include "tests/support/network_builder.h"

namespace spindle::testing {

// SSDLite on MobileNetV2 (Sandler et al. 2018, section 6.2). Its heads are depthwise separable
// convolutions. They read the expansion of the 14th block (stride 16), the last layer (stride 32)
// and four more layers behind it. The first map has 3 anchors per cell, the others have 6.
// Input: "input", uint8 [1,resolution,resolution,3]. Outputs: "scores" [1,N,classes] (after a
// sigmoid; class 0 is the background), "boxes" [1,N,4] (offsets of centre and size, y before x) and
// the constant "anchors" [1,N,4] (corners).
[[nodiscard]] std::string ssdlite_onnx(Precision precision, double alpha, int resolution,
                                       int classes, std::uint32_t seed = 1);

// DeepLabv3 on MobileNetV2 (section 6.3) at output stride 16 without ASPP. The classifier's last
// 1x1 convolution is left out and the last two stages are dilated. A 1x1 branch and an
// image-pooling branch of 256 channels each are concatenated, turned into `classes` scores, and
// resized with aligned corners. Output: "classes", the class of each pixel, int64
// [1,resolution,resolution].
[[nodiscard]] std::string deeplab_onnx(Precision precision, double alpha, int resolution,
                                       int classes, std::uint32_t seed = 1);

}  // namespace spindle::testing
