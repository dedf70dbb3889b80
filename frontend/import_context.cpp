#include "frontend/import_context.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/reference/interpreter.h"

namespace spindle::frontend {
namespace {

bool lacks_quant(const Tensor& tensor) {
  return is_quantized_type(tensor.type) && !tensor.quant;
}

}  // namespace

TensorId ImportContext::append(const std::string& tensor_name, const std::string& node_name,
                               const std::string& onnx_type, Op op, std::vector<TensorId> inputs) {
  const bool derived = std::all_of(inputs.begin(), inputs.end(), [&](TensorId in) {
    return in == kNoTensor || from_constants(in);
  });
  const TensorId id = graph.append(tensor_name, std::move(op), std::move(inputs));
  if (derived) derived_.insert(id);
  graph.nodes.back().name = node_name;
  graph.nodes.back().onnx_type = onnx_type;
  producers_[id] = graph.nodes.end_id() - 1;
  return id;
}

NodeId ImportContext::producer(TensorId id) const {
  const auto found = producers_.find(id);
  return found == producers_.end() ? NodeId() : found->second;
}

bool ImportContext::from_constants(TensorId id) const {
  return graph.is_constant(id) || derived_.contains(id);
}

ConstantPtr ImportContext::known_value(TensorId id) {
  if (graph.is_constant(id)) return graph.tensor(id).constant;
  if (!derived_.contains(id)) return nullptr;
  // The nodes that must be computed, in the order in which they were appended, which is
  // topological. Not recursive: a hostile file may have a chain of any length.
  std::set<NodeId> open;
  std::vector<TensorId> wanted{id};
  while (!wanted.empty()) {
    const TensorId next = wanted.back();
    wanted.pop_back();
    if (next == kNoTensor || graph.is_constant(next) || known_.contains(next)) continue;
    if (!open.insert(producer(next)).second) continue;
    const Node& node = graph.nodes[producer(next)];
    wanted.insert(wanted.end(), node.inputs.begin(), node.inputs.end());
  }
  for (const NodeId index : open) {
    const Node& node = graph.nodes[index];
    std::vector<ConstantPtr> inputs;
    for (const TensorId input : node.inputs) {
      const bool absent = input == kNoTensor;
      inputs.push_back(absent                     ? nullptr
                       : graph.is_constant(input) ? graph.tensor(input).constant
                                                  : known_.at(input));
      // What codes stand for may not be known yet.
      if (!absent && lacks_quant(graph.tensor(input))) return nullptr;
    }
    const Tensor& out = graph.tensor(node.output());
    if (lacks_quant(out)) return nullptr;
    budget.charge(out.elements() * static_cast<std::int64_t>(size_of(out.type)));
    known_[node.output()] = evaluate(graph, node, inputs);
  }
  return known_.at(id);
}

TensorId ImportContext::tensor_of(const std::string& name, Value& value) {
  if (value.tensor == kNoTensor) {
    value.tensor = graph.add_constant(name, value.constant);
    Tensor& tensor = graph.tensor(value.tensor);
    tensor.origins.push_back(
        {.name = origin_name(name), .shape = tensor.shape, .type = tensor.type});
  }
  return value.tensor;
}

const std::string& ImportContext::tensor_name(const std::string& name) const {
  const auto found = output_alias.find(name);
  return found == output_alias.end() ? name : found->second;
}

const std::string& ImportContext::origin_name(const std::string& name) const {
  const auto found = branch_names.find(name);
  return found == branch_names.end() ? name : found->second;
}

}  // namespace spindle::frontend
