// MobileNetV2 classifiers of any width and resolution as ONNX files, with generated weights.
#pragma once

#include <cstdint>
#include <string>

namespace spindle::testing {

// A stage of inverted residual blocks (the paper's table 2). Only its first block has the stride.
struct MobileNetV2Stage {
  int expansion, channels, repeats, stride;
};
constexpr MobileNetV2Stage kMobileNetV2Stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
                                                   {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
                                                   {6, 320, 1, 1}};

// `channels` times `alpha`, rounded as TensorFlow and Keras do: to the nearest multiple of 8, or
// the next one if that is below 90 % of the exact number.
[[nodiscard]] int rounded_channels(int channels, double alpha);

// The network of the paper (Sandler et al. 2018, table 2) with width multiplier `alpha`. The last
// convolution has at least 1280 channels. The model is int8 per channel in QDQ form; batch
// normalization is folded, and the quantization ranges do the work of ReLU6. Input: "input", uint8
// [1,resolution,resolution,3]. Output: "probabilities", float [1,classes], after a softmax. Weights
// are random, scaled so that activations neither vanish nor saturate. Equal arguments give equal
// bytes.
[[nodiscard]] std::string mobilenet_v2_onnx(double alpha, int resolution, int classes,
                                            std::uint32_t seed = 1);

}  // namespace spindle::testing
