#include "compiler/passes/qdq_movement.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include "compiler/passes/live_uses.h"
#include "compiler/passes/qdq_util.h"
#include "compiler/passes/util.h"

namespace spindle {
namespace {

// True if quantizing `value` with `tensor`'s Quant keeps it exactly.
bool representable(float value, const Tensor& tensor) {
  if (!is_per_tensor_8bit(tensor)) return false;
  const float scale = tensor.quant->scale[0];
  const float steps = std::nearbyint(value / scale);
  const float q = steps + static_cast<float>(tensor.quant->zero_point[0]);
  return steps * scale == value && q >= static_cast<float>(min_of(tensor.type)) &&
         q <= static_cast<float>(max_of(tensor.type));
}

// The Quant of `node`'s result if `node` read `source` instead of its dequantized form. Returns
// nothing if it cannot.
std::optional<Quant> moved_quant(const Node& node, const Tensor& source, const Tensor& result) {
  const Quant& quant = *source.quant;
  if (const auto* pad = node.as<Pad>()) {
    return representable(pad->value, source) ? source.quant : std::nullopt;
  }
  if (quant.per_tensor()) return quant;
  if (const auto* transpose = node.as<Transpose>()) return permuted(source.quant, transpose->perm);
  if (node.as<Reshape>() != nullptr) return reshaped(quant, source.shape, result.shape);
  return {};
}

// Moves operators before the Dequantizes of their inputs. Knows the quantized tensor behind each
// dequantized one.
class Hoist {
 public:
  explicit Hoist(Graph& graph) : graph_(graph) {
    for (const Node& node : graph.nodes) {
      if (node.as<Dequantize>() != nullptr) source_[node.output()] = node.inputs[0];
    }
  }

  void run() {
    for (const NodeId i : graph_.nodes.ids()) {
      const Op& op = graph_.nodes[i].op;
      const OpTraits traits = traits_of(op);
      if (traits.commutes_with_quantize) movement(i);
      if (traits.reads_codes) read_codes(graph_.nodes[i]);
      if (std::holds_alternative<Concat>(op)) concat(i);
    }
    graph_.sort();
    graph_.remove_dead();
  }

 private:
  [[nodiscard]] TensorId source_of(TensorId id) const {
    const auto found = source_.find(id);
    return found == source_.end() ? kNoTensor : found->second;
  }

  void movement(NodeId index) {
    Node& node = graph_.nodes[index];
    const TensorId source = source_of(node.inputs[0]);
    if (source == kNoTensor) return;
    std::optional<Quant> quant =
        moved_quant(node, graph_.tensor(source), graph_.tensor(node.output()));
    if (!quant) return;
    node.inputs[0] = source;
    dequantize_after(index, std::move(*quant));
  }

  // Makes the node read its data as codes, if all its data inputs are Dequantizes.
  void read_codes(Node& node) const {
    std::vector<TensorId> inputs = node.inputs;
    for (std::size_t i : data_inputs(node)) {
      const TensorId source = source_of(inputs[i]);
      if (source == kNoTensor || !is_per_tensor_8bit(graph_.tensor(source))) return;
      inputs[i] = source;
    }
    node.inputs = std::move(inputs);
  }

  void concat(NodeId index) {
    Node& node = graph_.nodes[index];
    std::vector<TensorId> sources;
    for (TensorId in : node.inputs) {
      const TensorId source = source_of(in);
      if (source == kNoTensor || !is_per_tensor_8bit(graph_.tensor(source)) ||
          (!sources.empty() &&
           !same_quantization(graph_.tensor(source), graph_.tensor(sources[0])))) {
        return;
      }
      sources.push_back(source);
    }
    node.inputs = sources;
    dequantize_after(index, *graph_.tensor(sources[0]).quant);
  }

  // Makes the node, which now reads quantized inputs, write a new tensor. A new Dequantize of it
  // writes the node's old output.
  void dequantize_after(NodeId index, Quant quant) {
    Node& node = graph_.nodes[index];
    const TensorId result = node.output();
    Tensor moved;
    moved.name = graph_.tensor(result).name + "_q";
    moved.type = graph_.tensor(node.inputs[0]).type;
    moved.shape = graph_.tensor(result).shape;
    moved.quant = std::move(quant);
    const TensorId id = graph_.add_tensor(std::move(moved));
    node.outputs[0] = id;
    source_[result] = id;
    Node dequantize;
    dequantize.name = node.name;
    dequantize.op = Dequantize{};
    dequantize.inputs = {id};
    dequantize.outputs = {result};
    graph_.nodes.push_back(std::move(dequantize));
  }

  Graph& graph_;
  std::unordered_map<TensorId, TensorId> source_;
};

// Exchanges the Quantize `q` and the movement before it. Returns the Quantize's new id, or none if
// they cannot be exchanged.
NodeId exchange(Graph& graph, LiveUses& uses, NodeId q) {
  const TensorId moved = graph.nodes[q].inputs[0];
  const TensorId result = graph.nodes[q].output();
  const NodeId producer = uses.producer(moved);
  if (!producer || !uses.single_use(moved) || !graph.tensor(result).quant->per_tensor()) {
    return {};
  }
  const TensorId computed = graph.nodes[producer].inputs[0];
  // Quantization is monotone, so clamping before it or behind it gives the same result.
  const bool sinks = traits_of(graph.nodes[producer].op).commutes_with_quantize ||
                     graph.nodes[producer].as<Clip>() != nullptr;
  if (!sinks || !uses.single_use(computed)) return {};
  const NodeId computation = uses.producer(computed);
  if (!computation || graph.nodes[computation].as<Dequantize>() != nullptr) return {};
  const TensorId between = add_quantized_like(graph, graph.tensor(computed).name + "_q",
                                              graph.tensor(computed).shape, graph.tensor(result));
  std::swap(graph.nodes[producer], graph.nodes[q]);
  graph.nodes[producer].inputs = {computed};
  graph.nodes[producer].outputs = {between};
  graph.nodes[q].inputs = {between};
  graph.nodes[q].outputs = {result};
  uses.set_producer(between, producer);
  uses.set_users(between, {q});
  return producer;
}

}  // namespace

void hoist_over_dequantize(Graph& graph) {
  Hoist(graph).run();
}

void sink_below_quantize(Graph& graph) {
  LiveUses uses(graph);
  for (const NodeId i : graph.nodes.ids()) {
    if (graph.nodes[i].as<Quantize>() == nullptr) continue;
    for (NodeId q = i; q;) q = exchange(graph, uses, q);
  }
}

}  // namespace spindle
