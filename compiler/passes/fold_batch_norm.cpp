#include "compiler/passes/fold_batch_norm.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/linear.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

bool has_known_parameters(const Graph& graph, const Uses& uses, const Node& node) {
  return std::all_of(node.inputs.begin() + 1, node.inputs.end(),
                     [&](TensorId id) { return has_known_value(graph, uses, id); });
}

// The BatchNorm as scale * x + offset, computed in `Real`: double for a result that is closest to
// the definition, float for the one that ONNX Runtime's kernel has, operation by operation.
template <typename Real>
Affine batch_norm_as_affine(const Graph& graph, const Uses& uses, const Node& node) {
  std::vector<ConstantPtr> parameters;  // gamma, beta, mean, variance
  for (std::size_t input = 1; input < node.inputs.size(); ++input) {
    parameters.push_back(known_value(graph, uses, node.inputs[input]));
  }
  const Real epsilon = node.as<BatchNorm>()->epsilon;
  Affine result;
  for (std::int64_t c = 0; c < parameters[0]->size(); ++c) {
    const auto parameter = [&](std::size_t i) -> Real { return parameters[i]->as<float>()[c]; };
    const Real inverse = Real{1} / std::sqrt(parameter(3) + epsilon);
    const Real scale = inverse * parameter(0);
    const Real shift = parameter(2) * scale;
    result.scale.push_back(scale);
    result.offset.push_back(parameter(1) - shift);
  }
  return result;
}

bool fold_into_producer(Graph& graph, const Uses& uses, const Node& norm, const Affine& affine) {
  const TensorId x = norm.inputs[0];
  const NodeId before = uses.producer(x);
  const auto last = static_cast<int>(graph.tensor(x).shape.size()) - 1;
  if (!before || norm.as<BatchNorm>()->axis != last || !uses.single_use(x)) return false;
  Node& linear = graph.nodes[before];
  if (!is_float_linear(graph, linear)) return false;
  const Activation& act = *activation_of(linear.op);
  if (!act.none() || !scale_outputs(graph, linear, affine)) return false;
  linear.outputs = norm.outputs;
  return true;
}

// A constant with one value for each channel, shaped to broadcast along dimension `axis` of a
// tensor of rank `rank`.
TensorId channel_constant(Graph& graph, const std::string& name, const std::vector<double>& values,
                          std::size_t rank, int axis) {
  Shape shape(rank - axis, 1);
  shape[0] = static_cast<std::int64_t>(values.size());
  return graph.add_constant(
      name, Constant::floats(std::move(shape), std::vector<float>(values.begin(), values.end())));
}

void rewrite(Graph& graph, NodeId index, const Affine& affine) {
  const Node norm = graph.nodes[index];
  const std::size_t rank = graph.tensor(norm.inputs[0]).shape.size();
  const int axis = norm.as<BatchNorm>()->axis;
  const std::string& name = norm.name;
  const TensorId scale = channel_constant(graph, name + "/scale", affine.scale, rank, axis);
  const TensorId offset = channel_constant(graph, name + "/offset", affine.offset, rank, axis);
  const TensorId scaled =
      graph.append(name + "/mul", Binary{BinaryKind::kMul, {}}, {norm.inputs[0], scale});
  Node& add = graph.nodes[index];
  add.op = Binary{BinaryKind::kAdd, {}};
  add.inputs = {scaled, offset};
}

}  // namespace

void fold_batch_norm(Graph& graph) {
  const Uses uses(graph);
  std::vector<NodeId> kept;
  IdVector<NodeId, bool> folded(graph.nodes.size(), false);
  for (const NodeId i : graph.nodes.ids()) {
    if (graph.nodes[i].as<BatchNorm>() == nullptr) continue;
    if (!has_known_parameters(graph, uses, graph.nodes[i])) continue;
    folded[i] = fold_into_producer(graph, uses, graph.nodes[i],
                                   batch_norm_as_affine<double>(graph, uses, graph.nodes[i]));
    if (!folded[i]) rewrite(graph, i, batch_norm_as_affine<float>(graph, uses, graph.nodes[i]));
  }
  folded.resize(graph.nodes.size(), false);
  for (const NodeId i : graph.nodes.ids()) {
    if (!folded[i]) kept.push_back(i);
  }
  graph.nodes.reorder(kept);
  graph.sort();
}

}  // namespace spindle
