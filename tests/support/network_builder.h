// Builds networks of the MobileNetV2 family layer by layer, with generated weights.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/support/onnx_build.h"

namespace spindle::testing {

enum class Precision : std::uint8_t {
  kInt8,   // QDQ, int8 per channel; the quantization ranges do the work of ReLU6
  kFloat,  // the same weights as floats, halved so that rounding errors fade; ReLU6 is a Clip
};

// A square feature map, NCHW.
struct FeatureMap {
  std::string name;
  int channels = 0;
  int size = 0;
  float scale = 1;  // quantization scale
};

struct ConvLayer {
  int outputs = 0;
  int kernel = 1;
  int stride = 1;
  int dilation = 1;
  bool depthwise = false;
  bool relu6 = false;
};

// Weights are random, scaled so that activations neither vanish nor saturate. Equal calls with
// equal seeds make equal files.
class NetworkBuilder {
 public:
  NetworkBuilder(Precision precision, std::uint32_t seed)
      : precision_(precision), random_(seed), model_(13) {}

  [[nodiscard]] ModelBuilder& model() { return model_; }
  [[nodiscard]] std::string file();  // the model so far, as bytes
  [[nodiscard]] std::string fresh(const std::string& stem);

  // Adds the input "input", uint8 [1,size,size,3], and scales it to values from -1 to 1.
  FeatureMap picture(int size);
  // Pads as TensorFlow's SAME does: for stride 2 and an even size, only below and on the right.
  FeatureMap conv(const FeatureMap& x, const ConvLayer& layer);
  // An inverted residual block. `expanded`, if given, receives the map after the expansion.
  FeatureMap block(const FeatureMap& x, int outputs, int expansion, int stride, int dilation = 1,
                   FeatureMap* expanded = nullptr);
  // The first convolution of the network, of 32 channels times `alpha`.
  FeatureMap stem(const FeatureMap& x, double alpha);
  FeatureMap global_pool(const FeatureMap& x);
  // A node with these attributes whose output is quantized (and dequantized) again.
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
