#include "compiler/passes/fold_affine.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/linear.h"
#include "compiler/passes/live_uses.h"

namespace spindle {
namespace {

// A Binary as an affine map of its input `x`; the other input is constant.
struct AffineNode {
  TensorId x;
  Affine map;
};

// The constant's value for each channel. Returns nothing unless it is a scalar or runs along the
// last dimension.
std::optional<std::vector<double>> per_channel(const Constant& constant, std::int64_t channels) {
  const bool scalar = constant.size() == 1;
  if (!scalar && (constant.size() != channels || constant.shape().back() != channels)) {
    return std::nullopt;
  }
  std::vector<double> values;
  for (std::int64_t c = 0; c < channels; ++c) {
    values.push_back(constant.as_double(scalar ? 0 : c));
    if (!std::isfinite(values.back())) return std::nullopt;
  }
  return values;
}

// The operation "x kind values" (or "values kind x" if `constant_first`) as an affine map. Returns
// nothing if it is not affine.
std::optional<Affine> map_of(BinaryKind kind, const std::vector<double>& values,
                             bool constant_first) {
  const std::vector<double> ones(values.size(), 1);
  const std::vector<double> zeros(values.size(), 0);
  const auto each = [&](auto function) {
    std::vector<double> result(values.size());
    std::transform(values.begin(), values.end(), result.begin(), function);
    return result;
  };
  switch (kind) {
    case BinaryKind::kAdd:
      return Affine{ones, values};
    case BinaryKind::kSub:
      if (constant_first) return Affine{std::vector<double>(values.size(), -1), values};
      return Affine{ones, each([](double v) { return -v; })};
    case BinaryKind::kMul:
      return Affine{values, zeros};
    case BinaryKind::kDiv:
      if (constant_first || std::find(values.begin(), values.end(), 0.0) != values.end()) break;
      return Affine{each([](double v) { return 1 / v; }), zeros};
    default:
      break;
  }
  return std::nullopt;
}

std::optional<AffineNode> affine_of(const Graph& graph, const Node& node) {
  const auto* binary = node.as<Binary>();
  if (binary == nullptr) return std::nullopt;
  const bool constant_first = graph.is_constant(node.inputs[0]);
  const TensorId x = node.inputs[constant_first ? 1 : 0];
  const TensorId constant = node.inputs[constant_first ? 0 : 1];
  if (!graph.is_constant(constant) || graph.is_constant(x)) return std::nullopt;
  const Tensor& in = graph.tensor(x);
  const Tensor& out = graph.tensor(node.output());
  if (in.type != DType::kF32 || in.shape.empty() || in.shape != out.shape) return std::nullopt;
  const auto values = per_channel(*graph.tensor(constant).constant, in.shape.back());
  if (!values) return std::nullopt;
  auto map = map_of(binary->kind, *values, constant_first);
  if (!map) return std::nullopt;
  return AffineNode{x, std::move(*map)};
}

bool fold_into_producer(Graph& graph, LiveUses& uses, const Node& node, const AffineNode& affine) {
  const NodeId before = uses.producer(affine.x);
  if (!before || !uses.single_use(affine.x)) return false;
  Node& linear = graph.nodes[before];
  if (!is_float_linear(graph, linear) || !activation_of(linear.op)->none()) return false;
  if (!scale_outputs(graph, linear, affine.map)) return false;
  *activation_of(linear.op) = node.as<Binary>()->act;
  linear.outputs = node.outputs;
  uses.set_producer(node.output(), before);
  return true;
}

bool fold_into_consumer(Graph& graph, LiveUses& uses, NodeId index, const AffineNode& affine) {
  const Node& node = graph.nodes[index];
  if (!node.as<Binary>()->act.none() || !uses.single_use(node.output())) return false;
  const NodeId user = uses.users(node.output())[0];
  Node& linear = graph.nodes[user];
  if (!is_float_linear(graph, linear) || linear.inputs[0] != node.output()) return false;
  if (!scale_inputs(graph, linear, affine.map)) return false;
  linear.inputs[0] = affine.x;
  uses.replace_user(affine.x, index, user);
  return true;
}

// Folds every operator that can be folded.
void fold_all(Graph& graph) {
  LiveUses uses(graph);
  IdVector<NodeId, bool> folded(graph.nodes.size(), false);
  for (NodeId i(0); i < graph.nodes.end_id(); ++i) {
    if (folded[i]) continue;
    const auto affine = affine_of(graph, graph.nodes[i]);
    if (!affine) continue;
    if (fold_into_producer(graph, uses, graph.nodes[i], *affine)) {
      folded[i] = true;
    } else if (fold_into_consumer(graph, uses, i, *affine)) {
      folded[i] = true;
      // The operator before the folded one is now a neighbour of the consumer and may be folded,
      // too. Go back to it.
      const NodeId before = uses.producer(affine->x);
      if (before) i = std::min(i, before) - 1;
    }
  }
  std::vector<NodeId> kept;
  for (const NodeId i : graph.nodes.ids()) {
    if (!folded[i]) kept.push_back(i);
  }
  graph.nodes.reorder(kept);
}

bool is_power_of_two(float value) {
  int exponent = 0;
  return std::fabs(std::frexp(value, &exponent)) == 0.5F;
}

// For each tensor, whether a Quantize follows somewhere behind it.
IdVector<TensorId, bool> quantized_later(const Graph& graph) {
  IdVector<TensorId, bool> later(graph.tensors.size(), false);
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    const bool quantizes = node->as<Quantize>() != nullptr;
    if (!quantizes && !later[node->output()]) continue;
    for (TensorId in : node->inputs) {
      if (in == kNoTensor || graph.tensor(in).type != DType::kF32) continue;
      later[in] = true;
    }
  }
  return later;
}

// x - c becomes x + (-c), and x / c becomes x * (1/c). The latter may round differently; it is done
// only if `inexact` allows this or the result is the same.
void rewrite(Graph& graph, Node& node, bool inexact) {
  auto* binary = node.as<Binary>();
  if (binary == nullptr || !graph.is_constant(node.inputs[1])) return;
  const bool divides = binary->kind == BinaryKind::kDiv;
  if (!divides && binary->kind != BinaryKind::kSub) return;
  const Tensor& tensor = graph.tensor(node.inputs[1]);
  if (tensor.type != DType::kF32) return;
  std::vector<float> values;
  for (float value : tensor.constant->as<float>()) {
    values.push_back(divides ? 1 / value : -value);
    if (divides && !std::isnormal(values.back())) return;
    if (divides && !inexact && !is_power_of_two(value)) return;
  }
  node.inputs[1] = graph.add_constant(tensor.name, Constant::floats(tensor.shape, values));
  binary->kind = divides ? BinaryKind::kMul : BinaryKind::kAdd;
}

}  // namespace

void fold_affine(Graph& graph) {
  fold_all(graph);
  const IdVector<TensorId, bool> later = quantized_later(graph);
  for (Node& node : graph.nodes) {
    rewrite(graph, node, !later[node.output()]);
  }
}

}  // namespace spindle
