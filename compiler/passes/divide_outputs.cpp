#include "compiler/passes/divide_outputs.h"

#include <fmt/format.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// Whether the node, which has one input, can compute each part of a concatenation along `axis` by
// itself.
bool divides(const Node& node, int axis) {
  const auto* softmax = node.as<Softmax>();
  return softmax != nullptr ? softmax->axis != axis : traits_of(node.op).unary();
}

// With scales along the concatenated dimension, the scales would have to be divided too.
bool is_per_tensor(const Tensor& tensor) {
  return !tensor.quant || tensor.quant->per_tensor();
}

// The operator right behind a Concat on the way to output `id`, or none.
NodeId operator_behind_concat(const Graph& graph, const Uses& uses, TensorId id) {
  NodeId below;
  for (TensorId at = id;;) {
    const NodeId producer = uses.producer(at);
    if (!producer) return {};
    const Node& node = graph.nodes[producer];
    if (const auto* concat = node.as<Concat>()) {
      if (!below) return {};
      const Node& next = graph.nodes[below];
      const bool possible = divides(next, concat->axis) && is_per_tensor(graph.tensor(at)) &&
                            is_per_tensor(graph.tensor(next.output()));
      return possible ? below : NodeId();
    }
    if (node.inputs.size() != 1 || !uses.single_use(node.inputs[0])) return {};
    if (node.as<Reshape>() != nullptr) return {};
    below = producer;
    at = node.inputs[0];
  }
}

void divide(Graph& graph, NodeId index) {
  const Node whole = graph.nodes[index];
  const NodeId concat = graph.producer(whole.inputs[0]);
  const Tensor result = graph.tensor(whole.output());
  std::vector<TensorId> parts;
  for (std::size_t i = 0; i < graph.nodes[concat].inputs.size(); ++i) {
    const TensorId part = graph.nodes[concat].inputs[i];
    Tensor tensor = result;
    tensor.name = fmt::format("{}_{}", result.name, i);
    tensor.shape = graph.tensor(part).shape;
    tensor.constant = nullptr;
    tensor.origins.clear();
    Node node = whole;
    node.name = fmt::format("{}_{}", whole.name, i);
    node.inputs = {part};
    node.outputs = {graph.add_tensor(std::move(tensor))};
    parts.push_back(node.output());
    graph.nodes.push_back(std::move(node));
  }
  graph.nodes[index].op = *graph.nodes[concat].as<Concat>();
  graph.nodes[index].inputs = std::move(parts);
  graph.sort();
  graph.remove_dead();
}

bool divide_one(Graph& graph) {
  const Uses uses(graph);
  for (TensorId id : graph.outputs) {
    const NodeId index = operator_behind_concat(graph, uses, id);
    if (!index) continue;
    divide(graph, index);
    return true;
  }
  return false;
}

void absorb_casts_of_indices(Graph& graph) {
  const Uses uses(graph);
  for (Node& node : graph.nodes) {
    const auto* cast = node.as<Cast>();
    const NodeId producer = cast == nullptr ? NodeId() : uses.producer(node.inputs[0]);
    if (!producer || !uses.single_use(node.inputs[0])) continue;
    const Node& index = graph.nodes[producer];
    const auto* op = index.as<ArgMax>();
    if (op == nullptr) continue;
    const Shape& in = graph.tensor(index.inputs[0]).shape;
    // Types that ArgMax can give itself.
    const bool given = cast->to == DType::kU8 || cast->to == DType::kI32 || cast->to == DType::kI64;
    if (!given || !holds_indices(cast->to, in[op->axis])) continue;
    node.op = *op;
    node.inputs = index.inputs;
  }
  graph.remove_dead();
}

}  // namespace

void divide_outputs(Graph& graph) {
  absorb_casts_of_indices(graph);
  while (divide_one(graph)) {
  }
}

}  // namespace spindle
