#include "compiler/passes/linear.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

bool is_float_constant(const Graph& graph, TensorId id) {
  return graph.is_constant(id) && graph.tensor(id).type == DType::kF32;
}

// The weights as a matrix with one row of `inner` values for each output channel, and the bias; all
// in double.
struct Weights {
  Shape shape;
  std::size_t outputs, inner;
  std::vector<double> values, bias;
};

Weights read(const Graph& graph, const Node& node) {
  const Constant& w = *graph.tensor(node.inputs[1]).constant;
  Weights result;
  result.shape = w.shape();
  result.outputs = w.shape()[0];
  const auto data = w.as<float>();
  result.values.assign(data.begin(), data.end());
  result.inner = result.outputs == 0 ? 0 : data.size() / result.outputs;
  result.bias.assign(result.outputs, 0);
  if (node.optional_input(2) != kNoTensor) {
    const auto bias = graph.tensor(node.optional_input(2)).constant->as<float>();
    result.bias.assign(bias.begin(), bias.end());
  }
  return result;
}

std::optional<std::vector<float>> to_floats(const std::vector<double>& values) {
  std::vector<float> result;
  result.reserve(values.size());
  for (double value : values) {
    result.push_back(static_cast<float>(value));
    if (!std::isfinite(result.back())) return std::nullopt;
  }
  return result;
}

bool write(Graph& graph, Node& node, const Weights& weights) {
  auto values = to_floats(weights.values);
  auto bias = to_floats(weights.bias);
  if (!values || !bias) return false;
  const std::string name = graph.tensor(node.inputs[1]).name;
  node.inputs[1] = graph.add_constant(name, Constant::floats(weights.shape, std::move(*values)));
  const TensorId old = node.optional_input(2);
  const bool zero = std::all_of(bias->begin(), bias->end(), [](float b) { return b == 0; });
  if (old == kNoTensor && zero) return true;
  const std::string bias_name = old == kNoTensor ? name + "/bias" : graph.tensor(old).name;
  const Shape shape{static_cast<std::int64_t>(bias->size())};
  node.inputs.resize(3, kNoTensor);
  node.inputs[2] = graph.add_constant(bias_name, Constant::floats(shape, std::move(*bias)));
  return true;
}

// The first input channel that output channel `output` reads, and how many it reads.
std::pair<std::size_t, std::size_t> input_channels(const Node& node, const Weights& weights,
                                                   std::size_t output) {
  const std::size_t channels = weights.shape.back();
  const auto* conv = node.as<Conv>();
  const std::size_t groups = conv == nullptr ? 1 : conv->groups;
  return {output / (weights.outputs / groups) * channels, channels};
}

}  // namespace

bool is_float_linear(const Graph& graph, const Node& node) {
  if (!traits_of(node.op).has_weights()) return false;
  return is_float_constant(graph, node.inputs[1]) &&
         (node.optional_input(2) == kNoTensor || is_float_constant(graph, node.optional_input(2)));
}

bool scale_outputs(Graph& graph, Node& node, const Affine& affine) {
  Weights weights = read(graph, node);
  for (std::size_t o = 0; o < weights.outputs; ++o) {
    for (std::size_t i = 0; i < weights.inner; ++i) {
      weights.values[o * weights.inner + i] *= affine.scale[o];
    }
    weights.bias[o] = weights.bias[o] * affine.scale[o] + affine.offset[o];
  }
  return write(graph, node, weights);
}

bool scale_inputs(Graph& graph, Node& node, const Affine& affine) {
  const auto* conv = node.as<Conv>();
  const bool shifts = std::any_of(affine.offset.begin(), affine.offset.end(),
                                  [](double offset) { return offset != 0; });
  if (shifts && conv != nullptr && !conv->pad.none()) return false;
  Weights weights = read(graph, node);
  for (std::size_t o = 0; o < weights.outputs; ++o) {
    const auto [first, count] = input_channels(node, weights, o);
    for (std::size_t i = 0; i < weights.inner; ++i) {
      double& value = weights.values[o * weights.inner + i];
      const std::size_t channel = first + i % count;
      weights.bias[o] += value * affine.offset[channel];
      value *= affine.scale[channel];
    }
  }
  return write(graph, node, weights);
}

}  // namespace spindle
