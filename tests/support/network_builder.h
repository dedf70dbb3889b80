// Networks of the MobileNetV2 family with generated weights, layer by layer.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/support/onnx_build.h"

namespace spindle::testing {

enum class Precision : std::uint8_t {
  kInt8,   // QDQ, int8 per channel, ReLU6 left to the quantization ranges
  kFloat,  // the same weights as floats, but smaller, so that errors die out; ReLU6 as Clip
};

// A square feature map, NCHW.
struct FeatureMap {
  std::string name;
  int channels = 0;
  int size = 0;
  float scale = 1;  // of its quantization
};

struct ConvLayer {
  int outputs = 0;
  int kernel = 1;
  int stride = 1;
  int dilation = 1;
  bool depthwise = false;
  bool relu6 = false;
};

// Weights are random, scaled so that activations neither vanish nor saturate; equal calls make
// equal files.
class NetworkBuilder {
 public:
  NetworkBuilder(Precision precision, std::uint32_t seed)
      : precision_(precision), random_(seed), model_(13) {}

  [[nodiscard]] ModelBuilder& model() { return model_; }
  [[nodiscard]] std::string file();  // the model so far, as bytes
  [[nodiscard]] std::string fresh(const std::string& stem);

  // Input "input", uint8 1 x size x size x 3, as values from -1 to 1.
  FeatureMap picture(int size);
  // Padded as TensorFlow's SAME: at stride 2 on even sizes below and right only.
  FeatureMap conv(const FeatureMap& x, const ConvLayer& layer);
  // An inverted residual; `expanded` receives its wide map, if it is given.
  FeatureMap block(const FeatureMap& x, int outputs, int expansion, int stride, int dilation = 1,
                   FeatureMap* expanded = nullptr);
  // The first convolution, of 32 channels times `alpha`.
  FeatureMap stem(const FeatureMap& x, double alpha);
  FeatureMap global_pool(const FeatureMap& x);
  // A node with these attributes, then quantized anew.
  std::string quantized_node(const std::string& op, const std::vector<std::string>& inputs,
                             float scale, int zero_point,
                             const std::vector<Attribute>& attributes = {});
  [[nodiscard]] int pick(int low, int high);

 private:
  std::string scalar(float scale);
  std::string zero(int type, int value);
  std::string requantized(const std::string& x, float scale, int zero_point);
  std::string activated(const std::string& x, bool relu6);
  void add_weights(const std::string& w, const std::string& b, const ConvLayer& layer, int group,
                   float in_scale);

  Precision precision_;
  std::mt19937 random_;
  ModelBuilder model_;
  int count_ = 0;
};

}  // namespace spindle::testing
