// Networks of the kinds that run on microcontrollers, with generated weights. Those of MLPerf Tiny
// have their full size, the others are small. Each is built in float; quantize_network.h makes
// quantized models of it.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "tests/support/float_network.h"

namespace spindle::testing {

// MLPerf Tiny 1.x: person detection (MobileNetV1 0.25, 96x96x3, 2 classes), image classification
// (ResNet-8, 32x32x3, 10 classes), keyword spotting (DS-CNN, 49x10x1, 12 classes) and anomaly
// detection (autoencoder, 640 values). Float networks have BatchNormalizations.
[[nodiscard]] FloatNetwork mobilenet_v1();
[[nodiscard]] FloatNetwork resnet_8();
[[nodiscard]] FloatNetwork ds_cnn();
[[nodiscard]] FloatNetwork autoencoder();

// Blocks whose layers read all layers before them, and BatchNormalization before each convolution.
[[nodiscard]] FloatNetwork dense_net();
// Encoder, and decoder of ConvTransposes with skip connections: a mask of 1 channel.
[[nodiscard]] FloatNetwork u_net();
// Dilated blocks, a branch of pooled pixels, linear Resize and ArgMax.
[[nodiscard]] FloatNetwork deeplab();
// MobileNetV3's segmentation head: a gate of pooled pixels, and scores of two resolutions added.
[[nodiscard]] FloatNetwork lr_aspp();

// PRelu, a depthwise convolution of the whole map, and an embedding of length 1.
[[nodiscard]] FloatNetwork mobile_face_net();
// MobileNetV3 small, width 0.5, 64x64: squeeze-and-excite with HardSigmoid, HardSwish.
[[nodiscard]] FloatNetwork mobilenet_v3();
// Inverted residuals with windows of 3 and 5, ReLU6.
[[nodiscard]] FloatNetwork efficientnet_lite();

// Two scales of a YOLO detector with LeakyRelu; boxes are decoded in float.
[[nodiscard]] FloatNetwork yolo();
// A classifier of sequences of 128 samples from 6 channels.
[[nodiscard]] FloatNetwork sequence_cnn();

struct KnownNetwork {
  std::string_view name;
  FloatNetwork (*build)();
};
inline constexpr std::array kNetworks{KnownNetwork{"mobilenet_v1", mobilenet_v1},
                                      KnownNetwork{"resnet_8", resnet_8},
                                      KnownNetwork{"ds_cnn", ds_cnn},
                                      KnownNetwork{"autoencoder", autoencoder},
                                      KnownNetwork{"dense_net", dense_net},
                                      KnownNetwork{"u_net", u_net},
                                      KnownNetwork{"deeplab", deeplab},
                                      KnownNetwork{"lr_aspp", lr_aspp},
                                      KnownNetwork{"mobile_face_net", mobile_face_net},
                                      KnownNetwork{"yolo", yolo},
                                      KnownNetwork{"sequence_cnn", sequence_cnn},
                                      KnownNetwork{"mobilenet_v3", mobilenet_v3},
                                      KnownNetwork{"efficientnet_lite", efficientnet_lite}};

// The forms of a network, and the model file of one.
inline constexpr std::array<std::string_view, 3> kNetworkForms{"float", "qdq", "qoperator"};
[[nodiscard]] std::vector<std::byte> network_model(const KnownNetwork& network,
                                                   std::string_view form);

}  // namespace spindle::testing
