// Float networks layer by layer, with generated weights, from which models in several forms are
// written: float, and quantized as ONNX Runtime's quantizers do it (quantize_network.h).
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/onnx_build.h"

namespace spindle::testing {

// A value that the network computes. Images are NCHW, sequences NCL; N is 1.
struct NetworkValue {
  std::string name;
  Ints shape;

  [[nodiscard]] std::int64_t channels() const { return shape.at(1); }
};

// A BatchNormalization right behind a Conv or Gemm. Quantizers fold it into their weights.
struct NetworkNorm {
  Floats gamma, beta, mean, variance;
};

// Weights of Conv [O,C/groups,...], ConvTranspose [C,O/groups,...] or Gemm [O,K], and biases [O].
struct NetworkWeights {
  Ints shape;
  Floats values;
  Floats bias;
  std::size_t output_axis = 0;  // 1 for ConvTranspose
  std::optional<NetworkNorm> norm;
};

struct NetworkNode {
  std::string op = {};
  std::vector<std::string> inputs = {};  // without weights and bias
  std::string output = {};
  std::vector<Attribute> attributes = {};
  std::optional<NetworkWeights> weights = {};
  bool stays_float = false;  // also in quantized forms
};

struct NetworkConv {
  std::int64_t outputs = 0;
  Ints kernel{3, 3};  // of one number for sequences
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  bool depthwise = false;
  bool padded = true;  // as TensorFlow's SAME pads; else not at all
  bool norm = true;    // a BatchNormalization behind it
};

// Equal calls make equal networks. Weights are scaled so that activations neither vanish nor grow.
class FloatNetwork {
 public:
  explicit FloatNetwork(std::uint32_t seed = 1) : random_(seed) {}

  NetworkValue input(Ints shape);
  NetworkValue conv(const NetworkValue& x, const NetworkConv& layer);
  // ConvTranspose whose kernel is its stride: each pixel becomes a block of its own.
  NetworkValue conv_transpose(const NetworkValue& x, std::int64_t outputs, std::int64_t stride);
  NetworkValue dense(const NetworkValue& x, std::int64_t outputs, bool norm = false);  // x [1,K]
  // BatchNormalization by itself.
  NetworkValue norm(const NetworkValue& x);

  NetworkValue relu(const NetworkValue& x);
  NetworkValue relu6(const NetworkValue& x);
  NetworkValue unary(const std::string& op, const NetworkValue& x,
                     const std::vector<Attribute>& attributes = {});
  // `op` of two values of which `b` may be repeated to the shape of `a`.
  NetworkValue binary(const std::string& op, const NetworkValue& a, const NetworkValue& b);
  NetworkValue concat(const std::vector<NetworkValue>& parts, std::int64_t axis = 1);
  NetworkValue reshape(const NetworkValue& x, Ints shape);
  NetworkValue transpose(const NetworkValue& x, const Ints& perm);
  NetworkValue global_pool(const NetworkValue& x);
  // `kind` is MaxPool or AveragePool. Window and stride are `size` in all dimensions.
  NetworkValue pool(const std::string& kind, const NetworkValue& x, std::int64_t size);
  // Linear, with half pixels, or nearest.
  NetworkValue resize(const NetworkValue& x, std::int64_t rows, std::int64_t columns, bool linear);
  // Any other operator.
  NetworkValue add(NetworkNode node, Ints shape);
  // A constant with this data; returns its name.
  std::string constant(const OnnxTensor& data);
  [[nodiscard]] NetworkValue real_constant(Ints shape, const Floats& values);
  // Uniform from `low` to `high`.
  Floats random(std::int64_t count, float low, float high);

  // Operators that are added from now on stay float in quantized forms.
  void stay_float() { stays_float_ = true; }
  void output(const NetworkValue& x, int type = kFloat);

  struct Named {
    std::string name;
    OnnxTensor data;
  };
  struct Output {
    NetworkValue value;
    int type = kFloat;
  };
  [[nodiscard]] const NetworkValue& input() const { return input_; }
  [[nodiscard]] const std::vector<NetworkNode>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<Named>& constants() const { return constants_; }
  [[nodiscard]] const std::vector<Output>& outputs() const { return outputs_; }
  [[nodiscard]] bool is_output(const std::string& name) const;
  // The node that reads a value, if it is the only one.
  [[nodiscard]] const NetworkNode* only_reader(const std::string& name) const;

 private:
  NetworkWeights weights(Ints shape, std::int64_t inputs, std::size_t output_axis, bool norm);
  NetworkNorm random_norm(std::int64_t channels);

  std::mt19937 random_;
  NetworkValue input_;
  std::vector<NetworkNode> nodes_;
  std::vector<Named> constants_;
  std::vector<Output> outputs_;
  bool stays_float_ = false;
  int count_ = 0;
};

// What the model has in every form.
void add_input_and_constants(const FloatNetwork& network, ModelBuilder& model);
void add_outputs(const FloatNetwork& network, ModelBuilder& model);

// The float model. With `all_values`, every value that is computed is an output, in order of nodes.
[[nodiscard]] std::vector<std::byte> float_model(const FloatNetwork& network,
                                                 bool all_values = false);

}  // namespace spindle::testing
