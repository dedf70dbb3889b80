#include "tests/support/network_codes.h"
#include "tests/support/quantize_network.h"

namespace spindle::testing {
namespace {

class QdqWriter {
 public:
  explicit QdqWriter(const FloatNetwork& network)
      : network_(network), quants_(quantizations(network, kInt8)), model_(14) {}

  std::vector<std::byte> write() {
    add_input_and_constants(network_, model_);
    quantize(network_.input().name, network_.input().name);
    for (const NetworkNode& node : network_.nodes()) add(node);
    add_outputs(network_, model_);
    return model_.bytes();
  }

 private:
  // Adds QuantizeLinear and DequantizeLinear behind the float tensor `tensor`, which is the
  // network's value `value`.
  void quantize(const std::string& tensor, const std::string& value) {
    const NetworkQuant& quant = quants_.at(value);
    const std::string scale = value + "_scale";
    const std::string zero = value + "_zero";
    const std::string real = network_.is_output(value) ? value : value + "_dequantized";
    model_.constant(scale, floats({}, {quant.scale}))
        .constant(zero, ints(kInt8, {}, {quant.zero_point}))
        .node("QuantizeLinear", {tensor, scale, zero}, {value + "_quantized"})
        .node("DequantizeLinear", {value + "_quantized", scale, zero}, {real});
    real_[value] = real;
  }

  std::string real(const std::string& value) const {
    const auto found = real_.find(value);
    return found == real_.end() ? value : found->second;
  }

  void add(const NetworkNode& node) {
    std::vector<std::string> inputs;
    for (const std::string& input : node.inputs) inputs.push_back(real(input));
    if (node.weights) add_weights(node, inputs);
    const bool quantized = quants_.contains(node.output) && !is_limited(network_, node);
    const bool renamed = quantized && network_.is_output(node.output);
    const std::string output = renamed ? node.output + "_float" : node.output;
    model_.node(node.op, inputs, {output}, node.attributes);
    if (quantized) quantize(output, node.output);
  }

  void add_weights(const NetworkNode& node, std::vector<std::string>& inputs) {
    const IntegerWeights integers =
        integer_weights(*node.weights, quants_.at(node.inputs[0]).scale, 127);
    const std::string w = node.output + "_w";
    const std::string b = node.output + "_b";
    const std::vector<Attribute> along{
        {"axis", static_cast<std::int64_t>(node.weights->output_axis)}};
    model_.constant(w, integers.values)
        .constant(w + "_scale", integers.scales)
        .constant(w + "_zero", integers.zeros)
        .node("DequantizeLinear", {w, w + "_scale", w + "_zero"}, {w + "_real"}, along)
        .constant(b, integers.bias)
        .constant(b + "_scale", integers.bias_scales)
        .constant(b + "_zero", integers.bias_zeros)
        .node("DequantizeLinear", {b, b + "_scale", b + "_zero"}, {b + "_real"},
              {{"axis", std::int64_t{0}}});
    inputs.insert(inputs.end(), {w + "_real", b + "_real"});
  }

  const FloatNetwork& network_;
  NetworkQuants quants_;
  ModelBuilder model_;
  std::map<std::string, std::string> real_;  // the dequantized tensor of a value
};

}  // namespace

std::vector<std::byte> qdq_model(const FloatNetwork& network) {
  return QdqWriter(network).write();
}

}  // namespace spindle::testing
