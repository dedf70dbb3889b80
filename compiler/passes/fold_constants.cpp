#include "compiler/passes/fold_constants.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "compiler/ir/op_traits.h"
#include "compiler/passes/util.h"
#include "compiler/reference/interpreter.h"

namespace spindle {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 26;

class Folder {
 public:
  explicit Folder(Graph& graph) : graph_(graph), uses_(graph), folded_(graph.nodes.size(), false) {}

  // One sweep in topological order; true if anything changed.
  bool run() {
    bool changed = false;
    for (const NodeId i : graph_.nodes.ids()) {
      Node& node = graph_.nodes[i];
      if (graph_.tensor(node.output()).elements() <= kMaxElements) {
        if (push_below_dequantize(node)) changed = true;
        if (drop_empty_parts(node)) changed = true;
        if (fold(node)) {
          changed = true;
          folded_[i] = true;
        }
      }
    }
    std::vector<NodeId> kept;
    for (const NodeId i : graph_.nodes.ids()) {
      if (!folded_[i]) kept.push_back(i);
    }
    graph_.nodes.reorder(kept);
    return graph_.remove_dead() > 0 || changed;
  }

 private:
  // Transpose or Reshape of Dequantize(constant) becomes Dequantize of the changed constant.
  bool push_below_dequantize(Node& node) {
    if (traits_of(node.op).layout != Layout::kChanges) return false;
    const NodeId before = constant_dequantize(graph_, uses_, node.inputs[0]);
    if (!before) return false;
    const TensorId source = graph_.nodes[before].inputs[0];
    const TensorId moved = moved_constant(node, source);
    if (moved == kNoTensor) return false;
    node.op = Dequantize{};
    node.inputs = {moved};
    return true;
  }

  // A new constant: `node` applied to the constant `source`. Returns kNoTensor if its Quant cannot
  // follow.
  TensorId moved_constant(const Node& node, TensorId source) {
    const Tensor& tensor = graph_.tensor(source);
    std::optional<Quant> quant = moved_quant(node, tensor);
    if (tensor.quant && !quant) return kNoTensor;
    return graph_.add_constant(tensor.name, moved_data(node, *tensor.constant), std::move(quant));
  }

  [[nodiscard]] static std::optional<Quant> moved_quant(const Node& node, const Tensor& source) {
    if (!source.quant) return std::nullopt;
    if (const auto* op = node.as<Transpose>()) return permuted(source.quant, op->perm);
    return reshaped(*source.quant, source.shape, node.as<Reshape>()->shape);
  }

  [[nodiscard]] static ConstantPtr moved_data(const Node& node, const Constant& source) {
    if (const auto* op = node.as<Transpose>()) return permuted(source, op->perm);
    return reshaped(source, node.as<Reshape>()->shape);
  }

  // Drops inputs of a Concat that have no elements. Exported slices may be empty.
  bool drop_empty_parts(Node& node) {
    if (node.as<Concat>() == nullptr || graph_.tensor(node.output()).elements() == 0) return false;
    const auto empty = [&](TensorId id) { return graph_.tensor(id).elements() == 0; };
    return std::erase_if(node.inputs, empty) > 0;
  }

  bool fold(Node& node) {
    Tensor& made = graph_.tensor(node.output());
    if (made.elements() == 0) {  // an empty tensor is constant, whatever its inputs are
      made.constant =
          std::make_shared<const Constant>(made.type, made.shape, std::vector<std::byte>{});
      return true;
    }
    if (keeps(node)) return false;
    const auto known = [&](TensorId id) {
      return id == kNoTensor || has_known_value(graph_, uses_, id);
    };
    if (!std::all_of(node.inputs.begin(), node.inputs.end(), known)) return false;
    std::vector<ConstantPtr> values;
    for (TensorId id : node.inputs) {
      values.push_back(id == kNoTensor ? nullptr : known_value(graph_, uses_, id));
    }
    Tensor& out = graph_.tensor(node.output());
    out.constant = fold_movement(node, out);
    if (out.constant == nullptr) out.constant = evaluate(graph_, node, values);
    return true;
  }

  // Nodes on constants that are not folded: a Dequantize that some node reads.
  [[nodiscard]] bool keeps(const Node& node) const {
    return node.as<Dequantize>() != nullptr && !uses_.users(node.output()).empty();
  }

  // The value of a Transpose or Reshape of a constant; sets the Quant of `out`. Null for other
  // nodes.
  ConstantPtr fold_movement(const Node& node, Tensor& out) {
    const TensorId source = node.inputs[0];
    if (traits_of(node.op).layout != Layout::kChanges) return nullptr;
    if (!graph_.is_constant(source)) return nullptr;
    const Tensor& tensor = graph_.tensor(source);
    std::optional<Quant> quant = moved_quant(node, tensor);
    if (out.quant && out.quant != quant) return nullptr;
    out.quant = std::move(quant);
    return moved_data(node, *tensor.constant);
  }

  Graph& graph_;
  Uses uses_;
  IdVector<NodeId, bool> folded_;
};

}  // namespace

void fold_constants(Graph& graph) {
  while (Folder(graph).run()) {
  }
}

}  // namespace spindle
