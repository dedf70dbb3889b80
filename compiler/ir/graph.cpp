#include "compiler/ir/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cfenv>
#include <cmath>
#include <queue>
#include <unordered_set>
#include <utility>

#include "compiler/ir/diagnostics.h"
#include "compiler/ir/infer.h"
#include "compiler/ir/op_traits.h"

namespace spindle {

namespace {

Port port_at(const Graph& graph, const std::vector<Port>& ports, TensorId id, std::size_t index) {
  if (!ports.empty()) return ports.at(index);
  const Tensor& tensor = graph.tensor(id);
  if (tensor.origins.empty()) return {.name = tensor.name, .shape = tensor.shape};
  return {.name = tensor.origins.front().name, .shape = tensor.origins.front().shape};
}

}  // namespace

Port Graph::input_port(std::size_t index) const {
  return port_at(*this, input_ports, inputs.at(index), index);
}

Port Graph::output_port(std::size_t index) const {
  return port_at(*this, output_ports, outputs.at(index), index);
}

bool Graph::is_output(TensorId id) const {
  return std::find(outputs.begin(), outputs.end(), id) != outputs.end();
}

bool Graph::is_input(TensorId id) const {
  return std::find(inputs.begin(), inputs.end(), id) != inputs.end();
}

TensorId Graph::add_tensor(Tensor tensor) {
  if (tensor.name.empty()) tensor.name = "t";
  std::string name = tensor.name;
  const auto taken = [&] { return !names_.insert(name).second; };
  for (int i = 1; taken(); ++i) name = fmt::format("{}_{}", tensor.name, i);
  tensor.name = std::move(name);
  return tensors.push_back(std::move(tensor));
}

TensorId Graph::add_constant(std::string name, ConstantPtr data, std::optional<Quant> quant) {
  Tensor tensor;
  tensor.name = std::move(name);
  tensor.type = data->type();
  tensor.shape = data->shape();
  tensor.quant = std::move(quant);
  tensor.constant = std::move(data);
  return add_tensor(std::move(tensor));
}

TensorId Graph::append(std::string name, Op op, std::vector<TensorId> node_inputs) {
  std::vector<const Tensor*> types;
  for (TensorId id : node_inputs) types.push_back(id == kNoTensor ? nullptr : &tensor(id));
  Inferred inferred = infer(op, types);
  check_internal(inferred.ok(), "append: " + inferred.error);
  Tensor result;
  result.name = name;
  result.type = inferred.type;
  result.shape = std::move(inferred.shape);
  const TensorId id = add_tensor(std::move(result));
  nodes.push_back({.name = std::move(name),
                   .onnx_type = {},
                   .op = std::move(op),
                   .inputs = std::move(node_inputs),
                   .outputs = {id}});
  return id;
}

NodeId Graph::producer(TensorId id) const {
  for (const NodeId node : nodes.ids()) {
    const auto& outs = nodes[node].outputs;
    if (std::find(outs.begin(), outs.end(), id) != outs.end()) return node;
  }
  return {};
}

void Graph::replace_uses(TensorId from, TensorId to) {
  for (Node& node : nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  std::replace(outputs.begin(), outputs.end(), from, to);
}

void Graph::sort() {
  // Kahn's algorithm. Of the nodes that are ready, the one that stood first comes first.
  IdVector<TensorId, NodeId> writer(tensors.size());
  for (const NodeId node : nodes.ids()) {
    for (TensorId out : nodes[node].outputs) writer[out] = node;
  }
  IdVector<NodeId, int> missing(nodes.size(), 0);
  IdVector<NodeId, std::vector<NodeId>> next(nodes.size());
  for (const NodeId node : nodes.ids()) {
    for (TensorId in : nodes[node].inputs) {
      const NodeId from = in == kNoTensor ? NodeId() : writer[in];
      if (!from) continue;
      next[from].push_back(node);
      ++missing[node];
    }
  }
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  for (const NodeId node : nodes.ids()) {
    if (missing[node] == 0) ready.push(node);
  }
  std::vector<NodeId> order;
  order.reserve(nodes.size());
  while (!ready.empty()) {
    const NodeId node = ready.top();
    ready.pop();
    for (NodeId user : next[node]) {
      if (--missing[user] == 0) ready.push(user);
    }
    order.push_back(node);
  }
  check_internal(order.size() == nodes.size(), "sort: the graph has a cycle");
  nodes.reorder(order);
}

int Graph::remove_dead() {
  IdVector<TensorId, bool> used(tensors.size(), false);
  for (TensorId id : outputs) used[id] = true;
  const auto is_dead = [&](const Node& node) {
    return std::none_of(node.outputs.begin(), node.outputs.end(),
                        [&](TensorId id) { return used[id]; });
  };
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    if (is_dead(*node)) continue;
    for (TensorId id : node->inputs) {
      if (id != kNoTensor) used[id] = true;
    }
  }
  return static_cast<int>(nodes.erase_if(is_dead));
}

void Graph::compact() {
  IdVector<TensorId, bool> used(tensors.size(), false);
  const auto mark = [&](TensorId id) {
    if (id != kNoTensor) used[id] = true;
  };
  for (TensorId id : inputs) mark(id);
  for (TensorId id : outputs) mark(id);
  for (const Node& node : nodes) {
    for (TensorId id : node.inputs) mark(id);
    for (TensorId id : node.outputs) mark(id);
  }
  IdVector<TensorId, TensorId> renumbered(tensors.size(), kNoTensor);
  std::vector<TensorId> kept;
  for (const TensorId id : tensors.ids()) {
    if (!used[id]) {
      names_.erase(tensors[id].name);
      continue;
    }
    renumbered[id] = TensorId(kept.size());
    kept.push_back(id);
  }
  tensors.reorder(kept);
  const auto renumber = [&](TensorId& id) {
    if (id != kNoTensor) id = renumbered[id];
  };
  for (TensorId& id : inputs) renumber(id);
  for (TensorId& id : outputs) renumber(id);
  for (Node& node : nodes) {
    for (TensorId& id : node.inputs) renumber(id);
    for (TensorId& id : node.outputs) renumber(id);
  }
}

Uses::Uses(const Graph& graph)
    : graph_(&graph), producer_(graph.tensors.size()), users_(graph.tensors.size()) {
  for (const NodeId node : graph.nodes.ids()) {
    for (TensorId id : graph.nodes[node].outputs) producer_[id] = node;
    for (TensorId id : graph.nodes[node].inputs) {
      if (id != kNoTensor) users_[id].push_back(node);
    }
  }
}

bool Uses::single_use(TensorId id) const {
  return users(id).size() == 1 && !graph_->is_output(id);
}

const std::string& layer_name(const Graph& graph, const Node& node) {
  if (node.outputs.empty()) return node.name;
  const Tensor& out = graph.tensor(node.output());
  return out.origins.empty() ? node.name : out.origins.front().name;
}

std::string place_of(const Graph& graph, const Node& node) {
  const std::string_view type =
      node.onnx_type.empty() ? name_of(node.op) : std::string_view(node.onnx_type);
  return fmt::format("{}: node '{}' ({})", graph.name, node.name, type);
}

std::int64_t macs_of(const Graph& graph, const Node& node) {
  const OpTraits traits = traits_of(node.op);
  if (traits.accumulates != Accumulation::kOfProducts) return 0;
  const std::int64_t results = graph.tensor(node.output()).elements();
  if (!traits.has_weights()) return results * graph.tensor(node.inputs[0]).shape.back();
  const Shape& w = graph.tensor(node.inputs[1]).shape;  // dimension 0 is the output channels
  return results * element_count(Shape(w.begin() + 1, w.end()));
}

std::vector<std::size_t> data_inputs(const Node& node) {
  const OpTraits traits = traits_of(node.op);
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.inputs[i] != kNoTensor && traits.role_of(i) == InputRole::kData) result.push_back(i);
  }
  return result;
}

bool is_depthwise(const Graph& graph, const Node& node) {
  const auto* conv = node.as<Conv>();
  return conv != nullptr && conv->groups > 1 &&
         conv->groups == graph.tensor(node.inputs[0]).shape[3];
}

bool is_pointwise(const Graph& graph, const Node& node) {
  if (node.as<Dense>() != nullptr) return true;
  const auto* conv = node.as<Conv>();
  if (conv == nullptr || conv->groups != 1 || !conv->pad.none()) return false;
  const Shape& w = graph.tensor(node.inputs[1]).shape;
  return w[1] == 1 && w[2] == 1 && conv->stride == std::array<int, 2>{1, 1};
}

QuantLimits quantized_limits(const Activation& act, DType type, const Quant& quant) {
  const auto bound = [&](float real) {
    const float q = std::nearbyint(real / quant.scale[0]) + static_cast<float>(quant.zero_point[0]);
    return static_cast<int>(
        std::clamp(q, static_cast<float>(min_of(type)), static_cast<float>(max_of(type))));
  };
  return {bound(act.lo), bound(act.hi)};
}

}  // namespace spindle
