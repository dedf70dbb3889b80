#include "compiler/passes/flattened_dense.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

bool same_for_all_elements(const Graph& graph, TensorId id) {
  const auto& quant = graph.tensor(id).quant;
  return !quant || quant->per_tensor();
}

// Whether each output element is a function of the element of `x` at its place, the same for all
// places.
bool is_pointwise_map(const Graph& graph, const Node& node, TensorId x) {
  if (!same_for_all_elements(graph, x) || !same_for_all_elements(graph, node.output())) {
    return false;
  }
  const OpTraits traits = traits_of(node.op);
  if (traits.elementwise && data_inputs(node).size() == 2) {
    const TensorId other = node.inputs[node.inputs[0] == x ? 1 : 0];
    return is_scalar_constant(graph, other) &&
           graph.tensor(node.output()).shape == graph.tensor(x).shape;
  }
  return traits.unary();
}

// The constant that holds the weights of a Dense (perhaps through a Dequantize) if its columns may
// be permuted, else kNoTensor.
TensorId permutable_weights(const Graph& graph, const Uses& uses, const Node& node) {
  TensorId weights = node.inputs[1];
  if (const NodeId before = constant_dequantize(graph, uses, weights); before) {
    weights = graph.nodes[before].inputs[0];
  }
  if (!graph.is_constant(weights)) return kNoTensor;
  const auto& quant = graph.tensor(weights).quant;
  return quant && !quant->per_tensor() && quant->axis != 0 ? kNoTensor : weights;
}

// Follows everything that reads `first` and fills in `found`. Returns false if it reaches anything
// but a Dense with permutable weights.
bool collect(const Graph& graph, const Uses& uses, TensorId first, FlattenedDense& found) {
  std::vector<TensorId> open{first};
  while (!open.empty()) {
    const TensorId x = open.back();
    open.pop_back();
    if (graph.is_output(x)) return false;
    found.between.push_back(x);
    for (NodeId user : uses.users(x)) {
      const Node& node = graph.nodes[user];
      if (node.as<Dense>() != nullptr) {
        const bool fits = node.inputs[0] == x && node.inputs[1] != x &&
                          permutable_weights(graph, uses, node) != kNoTensor;
        if (!fits) return false;
        found.dense.push_back(user);
      } else if (is_pointwise_map(graph, node, x)) {
        open.push_back(node.output());
      } else {
        return false;
      }
    }
  }
  return true;
}

// The part of q that permutes the flattened dimensions.
Perm tail_of(const FlattenedDense& flattened, const Perm& q) {
  Perm tail;
  for (int p : q) {
    const int d = p - static_cast<int>(flattened.first);
    if (d >= 0) tail.push_back(d);
  }
  return tail;
}

ConstantPtr permute_columns(const Constant& weights, const Shape& tail_shape, const Perm& tail) {
  Shape split{weights.shape()[0]};
  split.insert(split.end(), tail_shape.begin(), tail_shape.end());
  Perm perm{0};
  for (int d : tail) perm.push_back(d + 1);
  return reshaped(*permuted(*reshaped(weights, split), perm), weights.shape());
}

}  // namespace

std::optional<FlattenedDense> find_flattened_dense(const Graph& graph, const Uses& uses,
                                                   const Node& node) {
  const auto* reshape = node.as<Reshape>();
  if (reshape == nullptr || reshape->shape.empty()) return std::nullopt;
  const Shape& in = graph.tensor(node.inputs[0]).shape;
  FlattenedDense found;
  found.first = in.size();
  std::int64_t flat = 1;
  while (found.first > 0 && flat < reshape->shape.back()) flat *= in[--found.first];
  if (flat != reshape->shape.back()) return std::nullopt;
  if (!same_for_all_elements(graph, node.inputs[0])) return std::nullopt;
  if (!collect(graph, uses, node.output(), found) || found.dense.empty()) return std::nullopt;
  return found;
}

bool absorbs(const FlattenedDense& flattened, const Shape& shape, const Perm& q) {
  // The dimensions before `first` must keep their order and stay in front. Extents of 1 may be
  // anywhere.
  int last = -1;
  bool in_tail = false;
  for (int p : q) {
    if (shape[p] == 1) continue;
    const bool tail = p >= static_cast<int>(flattened.first);
    if (!tail && (in_tail || p < last)) return false;
    in_tail = in_tail || tail;
    last = p;
  }
  return true;
}

void absorb(Graph& graph, const Uses& uses, const FlattenedDense& flattened, const Perm& q) {
  const NodeId reshape = uses.producer(flattened.between[0]);
  const TensorId image = graph.nodes[reshape].inputs[0];
  const Shape shape = graph.tensor(image).shape;
  const Perm tail = tail_of(flattened, q);
  const Shape tail_shape(shape.begin() + static_cast<std::ptrdiff_t>(flattened.first), shape.end());
  if (keeps_order(tail, tail_shape)) return;
  for (NodeId index : flattened.dense) {
    const Node node = graph.nodes[index];
    const TensorId old = permutable_weights(graph, uses, node);
    const std::string name = graph.tensor(old).name;
    const auto quant = graph.tensor(old).quant;
    TensorId weights = graph.add_constant(
        name, permute_columns(*graph.tensor(old).constant, tail_shape, tail), quant);
    if (old != node.inputs[1]) {
      weights = graph.append(graph.tensor(node.inputs[1]).name, Dequantize{}, {weights});
    }
    graph.nodes[index].inputs[1] = weights;
  }
  for (const Origin& origin : graph.tensor(flattened.between[0]).origins) {
    if (origin.perm.empty()) graph.tensor(image).origins.push_back(origin);
  }
  for (TensorId id : flattened.between) graph.tensor(id).origins.clear();
}

}  // namespace spindle
