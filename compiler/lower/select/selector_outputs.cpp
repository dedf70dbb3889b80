// The outputs of the model: which steps write them directly, and copies for the others.
#include <algorithm>

#include "compiler/ir/op_traits.h"
#include "compiler/lower/select/selector.h"

namespace spindle {

TensorId Selector::root_of(TensorId id) const {
  for (;;) {
    const NodeId node = graph.producer(id);
    if (!node) return id;
    const Node& producer = graph.nodes[node];
    if (!traits_of(producer.op).same_elements()) return id;
    id = producer.inputs[0];
  }
}

namespace {

// Whether the inputs of a concatenation are contiguous in its output, one after the other.
bool is_contiguous(const Concat& op, const Shape& shape) {
  return std::all_of(shape.begin(), shape.begin() + op.axis,
                     [](std::int64_t extent) { return extent == 1; });
}

}  // namespace

// Whether the step that computes `root` may write into a model output.
bool Selector::can_be_output(TensorId root) const {
  const NodeId producer = graph.producer(root);
  if (!producer || output_of_[root]) return false;
  // uint8 activations are held as int8, but indices are not.
  const bool index = graph.nodes[producer].as<ArgMax>() != nullptr;
  return tensor(root).type != DType::kU8 || index;
}

// If output `index` is a concatenation that nothing else reads, and every part can be written to
// its place in it, arranges for this and returns true.
bool Selector::assemble(TensorId output, std::size_t index) {
  const TensorId root = root_of(output);
  const NodeId producer = graph.producer(root);
  if (!producer) return false;
  const Node& node = graph.nodes[producer];
  const auto* concat = node.as<Concat>();
  if (concat == nullptr || !is_contiguous(*concat, tensor(root).shape)) return false;
  const Uses uses(graph);
  std::vector<TensorId> chain{root};
  for (TensorId id = output; id != root;) {
    chain.push_back(id);
    id = graph.nodes[graph.producer(id)].inputs[0];
  }
  for (TensorId id : chain) {
    if (uses.users(id).size() > (id == output ? 0 : 1) || (id != output && graph.is_output(id))) {
      return false;
    }
  }
  std::vector<TensorId> parts;
  for (TensorId part : node.inputs) {
    parts.push_back(root_of(part));
    if (!can_be_output(parts.back()) ||
        std::find(parts.begin(), parts.end() - 1, parts.back()) != parts.end() - 1) {
      return false;
    }
  }
  std::int64_t offset = 0;
  for (TensorId part : parts) {
    output_of_[part] = index;
    output_offset_[part] = offset;
    offset += tensor(part).bytes();
  }
  for (TensorId id : chain) assembled_[id] = true;
  return true;
}

bool Selector::is_assembled(TensorId id) const {
  return assembled_[id];
}

bool Selector::writes_output(TensorId id) const {
  return output_of_[id].has_value();
}

bool Selector::only_output(TensorId id) const {
  if (!writes_output(id)) return false;
  const Uses uses(graph);
  for (;;) {
    const std::vector<NodeId>& users = uses.users(id);
    if (users.empty()) return true;
    const Node& user = graph.nodes[users[0]];
    if (users.size() > 1 || !traits_of(user.op).same_elements()) return false;
    id = user.output();
  }
}

void Selector::assign_outputs() {
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const auto times = std::count(graph.outputs.begin(), graph.outputs.end(), graph.outputs[i]);
    if (times == 1 && assemble(graph.outputs[i], static_cast<int>(i))) continue;
    const TensorId root = root_of(graph.outputs[i]);
    if (can_be_output(root)) output_of_[root] = i;
  }
}

void Selector::write_remaining_outputs() {
  selection.constant_outputs.assign(graph.outputs.size(), {});
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    if (written_[i]) continue;
    const TensorId id = graph.outputs[i];
    const Tensor& t = tensor(id);
    if (t.constant != nullptr) {
      const auto bytes = t.constant->bytes();
      selection.constant_outputs[i] = add_constant(t.name, t.type, {bytes.begin(), bytes.end()},
                                                   "an output: the same for every input");
      continue;
    }
    const bool flip = t.type == DType::kU8;
    const ValueId source = value_of(id);
    const Value from = selection.steps.value(source);
    Node node;
    node.name = t.name;
    const ValueId out = add_value({.name = t.name + "_out",
                                   .tensor = id,
                                   .rows = from.rows,
                                   .row_bytes = from.row_bytes,
                                   .storage = Storage::kOutput,
                                   .output = OutputId(i)});
    add_step(node, "out", {own_rows(selection.steps, source)}, out, 1,
             {kernel(flip ? "spindle_flip_sign" : "spindle_copy", {},
                     {input_arg(0), out_row_arg(), int_arg(from.row_bytes)})});
  }
}

}  // namespace spindle
