#include "tests/support/network_codes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "compiler/reference/interpreter.h"
#include "frontend/importer.h"
#include "tests/support/random_tensor.h"

namespace spindle::testing {
namespace {

struct Range {
  float low = 0, high = 0;  // with zero in between
};

template <std::size_t N>
bool is_one_of(const std::string& op, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), op) != names.end();
}

Range range_of(const Constant& values) {
  Range range;
  for (const float value : values.as<float>()) {
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  return range;
}

// The ranges of all values of the float network, on one random input from -1 to 1.
std::map<std::string, Range> measured_ranges(const FloatNetwork& network) {
  Diagnostics diagnostics;
  const auto graph =
      import_onnx(float_model(network, true), "calibration.onnx", {}, {}, diagnostics);
  if (!graph) {
    std::ostringstream text;
    diagnostics.print(text, false);
    throw std::runtime_error(text.str());
  }
  Random random(77);
  const std::vector<ConstantPtr> inputs{
      random_floats(random, graph->tensor(graph->inputs[0]).shape)};
  const std::vector<ConstantPtr> values = interpret(*graph, inputs);
  std::vector<std::string> names;
  for (const NetworkNode& node : network.nodes()) {
    if (!network.is_output(node.output)) names.push_back(node.output);
  }
  for (const FloatNetwork::Output& output : network.outputs()) names.push_back(output.value.name);
  std::map<std::string, Range> ranges{{network.input().name, {-1, 1}}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (values.at(i)->type() == DType::kF32) ranges[names[i]] = range_of(*values[i]);
  }
  return ranges;
}

NetworkQuant quant_of(const Range& range, int type) {
  const int lowest = type == kUint8 ? 0 : -128;
  const float scale = std::max(range.high - range.low, 1e-3F) / 255;
  const auto zero =
      static_cast<int>(std::nearbyint(static_cast<float>(lowest) - range.low / scale));
  return {scale, std::clamp(zero, lowest, lowest + 255)};
}

// The factor and the offset of an output channel that fold a BatchNormalization.
std::pair<float, float> folded(const NetworkWeights& weights, std::size_t channel) {
  if (!weights.norm) return {1.0F, weights.bias[channel]};
  const NetworkNorm& norm = *weights.norm;
  const float factor = norm.gamma[channel] / std::sqrt(norm.variance[channel] + 1e-5F);
  return {factor, (weights.bias[channel] - norm.mean[channel]) * factor + norm.beta[channel]};
}

}  // namespace

bool limits_range(const FloatNetwork& network, const NetworkNode& node) {
  if (node.op != "Relu" && node.op != "Clip") return false;
  return network.only_reader(node.inputs[0]) == &node && node.inputs[0] != network.input().name;
}

bool is_limited(const FloatNetwork& network, const NetworkNode& node) {
  const NetworkNode* reader = network.only_reader(node.output);
  return reader != nullptr && limits_range(network, *reader);
}

bool moves_values(const NetworkNode& node) {
  constexpr std::array<std::string_view, 5> kMovement{"Reshape", "Transpose", "MaxPool", "Slice",
                                                      "Flatten"};
  const bool nearest =
      node.op == "Resize" && std::get<std::string>(node.attributes[0].value) == "nearest";
  return nearest || is_one_of(node.op, kMovement);
}

NetworkQuants quantizations(const FloatNetwork& network, int type) {
  constexpr std::array<std::string_view, 3> kToOne{"Softmax", "Sigmoid", "HardSigmoid"};
  const std::map<std::string, Range> ranges = measured_ranges(network);
  NetworkQuants quants{{network.input().name, quant_of(ranges.at(network.input().name), type)}};
  for (const NetworkNode& node : network.nodes()) {
    if (node.stays_float || !ranges.contains(node.output)) continue;
    if (moves_values(node)) {
      quants[node.output] = quants.at(node.inputs[0]);
    } else if (is_one_of(node.op, kToOne)) {
      quants[node.output] = {1.0F / 256, type == kUint8 ? 0 : -128};
    } else {
      const bool limited = is_limited(network, node);
      const std::string& name = limited ? network.only_reader(node.output)->output : node.output;
      quants[node.output] = quant_of(ranges.at(name), type);
    }
  }
  return quants;
}

IntegerWeights integer_weights(const NetworkWeights& weights, float input_scale, int most) {
  const auto outputs = weights.bias.size();
  // The elements of an output channel are runs of `inner` numbers, one run in each `inner *
  // outputs`.
  std::size_t inner = 1;
  for (std::size_t i = weights.output_axis + 1; i < weights.shape.size(); ++i) {
    inner *= static_cast<std::size_t>(weights.shape[i]);
  }
  const auto channel_of = [&](std::size_t i) { return i / inner % outputs; };
  Floats values = weights.values;
  Floats largest(outputs, 1e-4F);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] *= folded(weights, channel_of(i)).first;
    largest[channel_of(i)] = std::max(largest[channel_of(i)], std::fabs(values[i]));
  }
  Floats scales;
  Floats bias_scales;
  Ints bias;
  for (std::size_t o = 0; o < outputs; ++o) {
    scales.push_back(largest[o] / static_cast<float>(most));
    bias_scales.push_back(input_scale * scales[o]);
    bias.push_back(std::lround(folded(weights, o).second / bias_scales[o]));
  }
  Ints codes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    codes.push_back(std::lround(values[i] / scales[channel_of(i)]));
  }
  const Ints shape{static_cast<std::int64_t>(outputs)};
  const Ints zeros(outputs, 0);
  return {.values = ints(kInt8, weights.shape, codes),
          .scales = floats(shape, scales),
          .zeros = ints(kInt8, shape, zeros),
          .bias = ints(kInt32, shape, bias),
          .bias_scales = floats(shape, bias_scales),
          .bias_zeros = ints(kInt32, shape, zeros)};
}

}  // namespace spindle::testing
