#include "frontend/import_context.h"

#include <algorithm>
#include <utility>

namespace spindle::frontend {

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

TensorId ImportContext::tensor_of(const std::string& name, Value& value) {
  if (value.tensor == kNoTensor) {
    value.tensor = graph.add_constant(name, value.constant);
    Tensor& tensor = graph.tensor(value.tensor);
    tensor.origins.push_back({name, tensor.shape, {}, tensor.type});
  }
  return value.tensor;
}

const std::string& ImportContext::tensor_name(const std::string& name) const {
  const auto found = output_alias.find(name);
  return found == output_alias.end() ? name : found->second;
}

}  // namespace spindle::frontend
