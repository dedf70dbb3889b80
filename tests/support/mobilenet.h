// MobileNetV2 classifiers of any width and resolution as ONNX files, with generated weights.
#pragma once

#include <cstdint>
#include <string>

namespace spindle::testing {

// Inverted residuals of the paper's table 2: each stage repeats a block, the first with the stride.
struct MobileNetV2Stage {
  int expansion, channels, repeats, stride;
};
constexpr MobileNetV2Stage kMobileNetV2Stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
                                                   {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2},
                                                   {6, 320, 1, 1}};

// `channels` times `alpha`, rounded as TensorFlow and Keras round it: to a multiple of 8, never
// below 90 % of the exact number.
[[nodiscard]] int rounded_channels(int channels, double alpha);

// The network of the paper (Sandler et al. 2018, table 2; the last convolution is not narrowed
// below 1280 channels), int8 per channel in QDQ form, batch normalization folded, ReLU6 left to the
// quantization ranges; `alpha` is the width multiplier. Input "input": uint8 1 x resolution x
// resolution x 3; output "probabilities": float 1 x classes, softmax included. Weights are random,
// scaled so that activations neither vanish nor saturate; equal arguments give equal bytes.
[[nodiscard]] std::string mobilenet_v2_onnx(double alpha, int resolution, int classes,
                                            std::uint32_t seed = 1);

}  // namespace spindle::testing
