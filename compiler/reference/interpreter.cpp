#include "compiler/reference/interpreter.h"

#include <fmt/format.h>

#include "compiler/ir/diagnostics.h"
#include "compiler/reference/operators.h"

namespace spindle {

namespace {

// Values of run-time tensors, each dropped after its last use.
class Values {
 public:
  explicit Values(const Graph& graph) : graph_(graph), value_(graph.tensors.size()) {
    uses_.resize(graph.tensors.size(), 0);
    for (const Node& node : graph.nodes) {
      for (TensorId id : node.inputs) {
        if (id != kNoTensor) ++uses_[id];
      }
    }
    for (TensorId id : graph.outputs) ++uses_[id];
  }

  void set(TensorId id, ConstantPtr value) {
    if (uses_[id] > 0) value_[id] = std::move(value);
  }

  [[nodiscard]] ConstantPtr use(TensorId id) {
    if (id == kNoTensor) return nullptr;
    if (graph_.is_constant(id)) return graph_.tensor(id).constant;
    ConstantPtr value = value_[id];
    check_internal(value != nullptr, "interpret: a tensor is read before it is computed");
    if (--uses_[id] == 0) value_[id] = nullptr;
    return value;
  }

 private:
  const Graph& graph_;
  IdVector<TensorId, ConstantPtr> value_;
  IdVector<TensorId, int> uses_;
};

}  // namespace

std::vector<ConstantPtr> interpret(const Graph& graph, std::span<const ConstantPtr> inputs,
                                   const Observer& observer) {
  check_internal(inputs.size() == graph.inputs.size(), "interpret: wrong number of inputs");
  Values values(graph);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& tensor = graph.tensor(graph.inputs[i]);
    check_internal(inputs[i]->type() == tensor.type && inputs[i]->shape() == tensor.shape,
                   fmt::format("interpret: input '{}' is {} {}, expected {} {}", tensor.name,
                               name_of(inputs[i]->type()), to_string(inputs[i]->shape()),
                               name_of(tensor.type), to_string(tensor.shape)));
    if (observer) observer(graph.inputs[i], inputs[i]);
    values.set(graph.inputs[i], inputs[i]);
  }
  for (const Node& node : graph.nodes) {
    std::vector<ConstantPtr> operands;
    for (TensorId id : node.inputs) operands.push_back(values.use(id));
    const ConstantPtr result = evaluate(graph, node, operands);
    if (observer) observer(node.output(), result);
    values.set(node.output(), result);
  }
  std::vector<ConstantPtr> outputs;
  for (TensorId id : graph.outputs) outputs.push_back(values.use(id));
  return outputs;
}

namespace {

ConstantPtr compute(const Op& op, const reference::Call& call) {
  const ConstantPtr result =
      std::visit([&](const auto& o) { return reference::compute(o, call); }, op);
  check_internal(result->size() == call.out().elements(), "evaluate: wrong number of elements");
  return result;
}

}  // namespace

ConstantPtr evaluate(const Graph& graph, const Node& node, std::span<const ConstantPtr> inputs) {
  check_internal(inputs.size() == node.inputs.size(), "evaluate: wrong number of inputs");
  reference::Call call{{}, &graph.tensor(node.output())};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool absent = node.inputs[i] == kNoTensor;
    check_internal(absent == (inputs[i] == nullptr), "evaluate: an input is missing");
    call.inputs.push_back(absent
                              ? reference::Input{}
                              : reference::Input{&graph.tensor(node.inputs[i]), inputs[i].get()});
  }
  return compute(node.op, call);
}

ConstantPtr evaluate(const Op& op, std::span<const ConstantPtr> inputs, const Tensor& out) {
  std::vector<Tensor> tensors(inputs.size());
  reference::Call call{{}, &out};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    tensors[i].type = inputs[i]->type();
    tensors[i].shape = inputs[i]->shape();
    call.inputs.push_back(reference::Input{&tensors[i], inputs[i].get()});
  }
  return compute(op, call);
}

ConstantPtr evaluate_8bit(const Graph& graph, const Node& node) {
  constexpr std::int64_t kValues = 256;
  Graph alone;
  Tensor in = graph.tensor(node.inputs[0]);
  in.shape = {kValues};
  in.constant = nullptr;
  Tensor out = graph.tensor(node.output());
  out.shape = {kValues};
  std::vector<std::int64_t> values;
  for (int i = 0; i < kValues; ++i) values.push_back(i + min_of(in.type));
  Node copy = node;
  copy.inputs = {alone.add_tensor(in)};
  copy.outputs = {alone.add_tensor(out)};
  const ConstantPtr input = Constant::ints(in.type, {kValues}, values);
  return evaluate(alone, copy, std::span(&input, 1));
}

}  // namespace spindle
