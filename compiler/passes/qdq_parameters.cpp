#include "compiler/passes/qdq_parameters.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/passes/qdq_util.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// The quantized constant of which `id` is the Dequantize, or kNoTensor.
TensorId quantized_source(const Graph& graph, const Uses& uses, TensorId id) {
  const NodeId dequantize = constant_dequantize(graph, uses, id);
  return dequantize ? graph.nodes[dequantize].inputs[0] : kNoTensor;
}

// The Quant of the accumulator: scales sx * sw[o] in float32, zero point 0.
Quant accumulator_quant(const Quant& input, const Quant& weights) {
  Quant quant;
  for (float scale : weights.scale) quant.scale.push_back(input.scale[0] * scale);
  quant.zero_point.assign(quant.scale.size(), 0);
  if (!quant.per_tensor()) quant.axis = 0;
  return quant;
}

float scale_at(const Quant& quant, std::size_t channel) {
  return quant.scale[quant.per_tensor() ? 0 : channel];
}

// True if the integers of `bias` can be kept: its scale is the accumulator's up to rounding.
bool matches(const Tensor& bias, const Quant& accumulator) {
  constexpr double kTolerance = 1e-5;
  if (bias.type != DType::kI32) return false;
  for (std::int32_t zero : bias.quant->zero_point) {
    if (zero != 0) return false;
  }
  for (std::int64_t o = 0; o < bias.elements(); ++o) {
    const double wanted = scale_at(accumulator, o);
    if (!(std::abs(scale_at(*bias.quant, o) - wanted) <= kTolerance * wanted)) return false;
  }
  return true;
}

std::optional<std::vector<std::int64_t>> quantized_bias(const std::vector<float>& values,
                                                        const Quant& accumulator) {
  constexpr auto kLowest = static_cast<double>(std::numeric_limits<std::int32_t>::min());
  constexpr auto kHighest = static_cast<double>(std::numeric_limits<std::int32_t>::max());
  std::vector<std::int64_t> result;
  for (std::size_t o = 0; o < values.size(); ++o) {
    const double q = std::nearbyint(static_cast<double>(values[o]) /
                                    static_cast<double>(scale_at(accumulator, o)));
    if (!(q >= kLowest && q <= kHighest)) return {};
    result.push_back(static_cast<std::int64_t>(q));
  }
  return result;
}

}  // namespace

LoweredParameter lower_weights(const Graph& graph, const Uses& uses, TensorId weights) {
  if (graph.is_constant(weights)) return {kNoTensor, "its weights are float constants"};
  const TensorId source = quantized_source(graph, uses, weights);
  if (source == kNoTensor) return {kNoTensor, "its weights are not constant"};
  const Tensor& tensor = graph.tensor(source);
  if (!is_8bit(tensor)) return {kNoTensor, "its weights are not 8-bit"};
  if (!tensor.quant->per_tensor() && tensor.quant->axis != 0) {
    return {kNoTensor, "the scales of its weights are not one per output channel"};
  }
  return {source, {}};
}

LoweredParameter lower_bias(Graph& graph, const Uses& uses, TensorId bias, const Quant& input,
                            const Quant& weights) {
  if (bias == kNoTensor) return {};
  const bool is_float = graph.is_constant(bias) && graph.tensor(bias).type == DType::kF32;
  const TensorId source = is_float ? bias : quantized_source(graph, uses, bias);
  if (source == kNoTensor) return {kNoTensor, "its bias is not constant"};
  const Tensor tensor = graph.tensor(source);
  Quant accumulator = accumulator_quant(input, weights);
  const std::string name = graph.tensor(source).name + "_s32";
  if (!is_float && matches(tensor, accumulator)) {
    return {graph.add_constant(name, tensor.constant, std::move(accumulator)), {}};
  }
  std::vector<float> reals;
  if (is_float) {
    const auto values = tensor.constant->as<float>();
    reals.assign(values.begin(), values.end());
  } else {
    reals = dequantized_values(tensor);
  }
  const auto integers = quantized_bias(reals, accumulator);
  if (!integers) return {kNoTensor, "its bias does not fit into 32 bits at the weights' scale"};
  return {graph.add_constant(name, Constant::ints(DType::kI32, tensor.shape, *integers),
                             std::move(accumulator)),
          {}};
}

namespace {

// The values of `id` as `channels` floats. It must be a constant, quantized or not, with one
// element or one for each index of the last dimension; otherwise returns nothing.
std::optional<std::vector<float>> channel_constants(const Graph& graph, const Uses& uses,
                                                    TensorId id, std::int64_t channels) {
  const bool is_float = graph.is_constant(id) && graph.tensor(id).type == DType::kF32;
  const TensorId source = is_float ? id : quantized_source(graph, uses, id);
  if (source == kNoTensor) return {};
  const Tensor& tensor = graph.tensor(source);
  const bool per_channel = !tensor.shape.empty() && tensor.shape.back() == channels;
  if (tensor.elements() != 1 && !(per_channel && tensor.elements() == channels)) return {};
  std::vector<float> values;
  if (is_float) {
    const auto floats = tensor.constant->as<float>();
    values.assign(floats.begin(), floats.end());
  } else {
    values = dequantized_values(tensor);
  }
  values.resize(channels, values[0]);
  return values;
}

// Whether `node` can get a bias: it has integer weights, but no bias and no activation.
bool takes_bias(const Graph& graph, const Uses& uses, const Node& node) {
  const Activation* act = activation_of(node.op);
  if (!traits_of(node.op).has_weights() || act == nullptr || !act->none()) return false;
  const bool biased = node.optional_input(2) != kNoTensor;
  return !biased && quantized_source(graph, uses, node.inputs[1]) != kNoTensor;
}

bool absorb_bias(Graph& graph, const Uses& uses, const Node& add) {
  const auto* binary = add.as<Binary>();
  if (binary == nullptr || binary->kind != BinaryKind::kAdd) return false;
  const Shape& shape = graph.tensor(add.output()).shape;
  for (std::size_t i = 0; i < 2; ++i) {
    const TensorId sum = add.inputs[i];
    const NodeId producer = uses.producer(sum);
    if (!producer || !uses.single_use(sum) || graph.tensor(sum).shape != shape) continue;
    Node& node = graph.nodes[producer];
    if (!takes_bias(graph, uses, node)) continue;
    const auto values = channel_constants(graph, uses, add.inputs[1 - i], shape.back());
    if (!values) continue;
    const std::string name = graph.tensor(add.inputs[1 - i]).name + "_bias";
    *activation_of(node.op) = binary->act;
    node.inputs.resize(2);
    node.inputs.push_back(graph.add_constant(name, Constant::floats({shape.back()}, *values)));
    node.outputs = {add.output()};
    return true;
  }
  return false;
}

}  // namespace

void absorb_biases(Graph& graph) {
  // `uses` may be stale after a change, but this does no harm: once a node has its bias, no second
  // addition can be absorbed into it.
  const Uses uses(graph);
  std::vector<NodeId> kept;
  for (const NodeId i : graph.nodes.ids()) {
    if (!absorb_bias(graph, uses, graph.nodes[i])) kept.push_back(i);
  }
  graph.nodes.reorder(kept);
}

}  // namespace spindle
