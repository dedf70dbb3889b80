#include "tests/support/network_codes.h"
#include "tests/support/quantize_network.h"

namespace spindle::testing {
namespace {

class QOperatorWriter {
 public:
  explicit QOperatorWriter(const FloatNetwork& network)
      : network_(network), quants_(quantizations(network, kUint8)), model_(14) {
    model_.opset("com.microsoft", 1);
  }

  std::vector<std::byte> write() {
    add_input_and_constants(network_, model_);
    quantize(network_.input().name);
    for (const NetworkNode& node : network_.nodes()) add(node);
    add_outputs(network_, model_);
    return model_.bytes();
  }

 private:
  [[nodiscard]] bool has_codes(const std::string& value) const { return codes_.contains(value); }

  // The names of a value's codes, its scale and its zero point.
  std::vector<std::string> operand(const std::string& value) {
    return {codes_.at(value), scale(value), value + "_zero"};
  }
  // The name of its scale; adds scale and zero point when they are first used.
  std::string scale(const std::string& value) {
    if (!scaled_[value]) {
      const NetworkQuant& quant = quants_.at(value);
      model_.constant(value + "_scale", floats({}, {quant.scale}))
          .constant(value + "_zero", ints(kUint8, {}, {quant.zero_point}));
      scaled_[value] = true;
    }
    return value + "_scale";
  }

  // Adds a QuantizeLinear behind the float tensor that holds `value`.
  void quantize(const std::string& value) {
    const std::string step = scale(value);
    model_.node("QuantizeLinear", {value, step, value + "_zero"}, {value + "_codes"});
    codes_[value] = value + "_codes";
  }

  // A float tensor that holds `value`.
  std::string real(const std::string& value) {
    if (!has_codes(value)) return value;
    std::string& name = real_[value];
    if (name.empty()) {
      name = value + "_real";
      model_.node("DequantizeLinear", operand(value), {name});
    }
    return name;
  }

  void add(const NetworkNode& node) {
    const std::string& source = node.inputs[0];
    if (limits_range(network_, node) && has_codes(source)) {
      codes_[node.output] = codes_.at(source);  // saturation does the work
      finish(node);
    } else if (!node.stays_float && (add_weighted(node) || add_integer(node) || add_moved(node))) {
      codes_[node.output] = node.output + "_codes";
      finish(node);
    } else {
      add_float(node);
    }
  }

  // Outputs of the network are float.
  void finish(const NetworkNode& node) {
    if (!network_.is_output(node.output)) return;
    model_.node("DequantizeLinear", operand(node.output), {node.output});
  }

  bool add_weighted(const NetworkNode& node) {
    if (!node.weights || node.op == "ConvTranspose") return false;
    const std::string w = node.output + "_w";
    const IntegerWeights integers =
        integer_weights(*node.weights, quants_.at(node.inputs[0]).scale, 64);
    model_.constant(w, integers.values)
        .constant(w + "_scale", integers.scales)
        .constant(w + "_zero", integers.zeros)
        .constant(node.output + "_b", integers.bias);
    std::vector<std::string> inputs = operand(node.inputs[0]);
    inputs.insert(inputs.end(), {w, w + "_scale", w + "_zero"});
    const std::vector<std::string> result{scale(node.output), node.output + "_zero"};
    const bool dense = node.op == "Gemm";
    if (dense) inputs.push_back(node.output + "_b");
    inputs.insert(inputs.end(), result.begin(), result.end());
    if (!dense) inputs.push_back(node.output + "_b");
    model_.node(dense ? "com.microsoft::QGemm" : "QLinearConv", inputs, {node.output + "_codes"},
                node.attributes);
    return true;
  }

  // Operators that have an integer form of their own.
  bool add_integer(const NetworkNode& node) {
    static const std::map<std::string, std::string> kForms{
        {"Add", "QLinearAdd"},         {"Mul", "QLinearMul"},
        {"Sigmoid", "QLinearSigmoid"}, {"LeakyRelu", "QLinearLeakyRelu"},
        {"Concat", "QLinearConcat"},   {"AveragePool", "QLinearAveragePool"},
        {"Softmax", "QLinearSoftmax"}, {"GlobalAveragePool", "QLinearGlobalAveragePool"}};
    const auto form = kForms.find(node.op);
    if (form == kForms.end()) return false;
    std::vector<std::string> inputs;
    const std::vector<std::string> result{scale(node.output), node.output + "_zero"};
    for (const std::string& input : node.inputs) {
      if (!has_codes(input)) return false;
      const std::vector<std::string> part = operand(input);
      inputs.insert(inputs.end(), part.begin(), part.end());
    }
    std::vector<Attribute> attributes = node.attributes;
    if (node.op == "Softmax") attributes.push_back({"opset", std::int64_t{14}});
    if (node.op == "GlobalAveragePool") attributes.push_back({"channels_last", std::int64_t{0}});
    inputs.insert(node.op == "Concat" ? inputs.begin() : inputs.end(), result.begin(),
                  result.end());
    model_.node("com.microsoft::" + form->second, inputs, {node.output + "_codes"}, attributes);
    return true;
  }

  // Operators that take codes as they are. Resize interpolates them.
  bool add_moved(const NetworkNode& node) {
    if (!has_codes(node.inputs[0]) || (!moves_values(node) && node.op != "Resize")) return false;
    // A linear Resize keeps the scale of its input, too.
    quants_[node.output] = quants_.at(node.inputs[0]);
    std::vector<std::string> inputs = node.inputs;
    inputs[0] = codes_.at(inputs[0]);
    model_.node(node.op, inputs, {node.output + "_codes"}, node.attributes);
    return true;
  }

  void add_float(const NetworkNode& node) {
    std::vector<std::string> inputs;
    const bool chooses = node.op == "ArgMax" && has_codes(node.inputs[0]);
    for (const std::string& input : node.inputs) {
      inputs.push_back(chooses ? codes_.at(input) : real(input));
    }
    if (node.weights) {  // ConvTranspose, which ONNX Runtime computes in float
      const auto outputs = static_cast<std::int64_t>(node.weights->bias.size());
      model_.constant(node.output + "_w", floats(node.weights->shape, node.weights->values))
          .constant(node.output + "_b", floats({outputs}, node.weights->bias));
      inputs.insert(inputs.end(), {node.output + "_w", node.output + "_b"});
    }
    model_.node(node.op, inputs, {node.output}, node.attributes);
    const bool quantized = quants_.contains(node.output) && !is_limited(network_, node);
    if (quantized && !network_.is_output(node.output)) quantize(node.output);
  }

  const FloatNetwork& network_;
  NetworkQuants quants_;
  ModelBuilder model_;
  std::map<std::string, std::string> codes_;  // the 8-bit tensor of a value
  std::map<std::string, std::string> real_;   // its dequantized tensor
  std::map<std::string, bool> scaled_;        // whether scale and zero point are in the model
};

}  // namespace

std::vector<std::byte> qoperator_model(const FloatNetwork& network) {
  return QOperatorWriter(network).write();
}

}  // namespace spindle::testing
