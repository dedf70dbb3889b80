#include "compiler/passes/fuse_activations.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "compiler/passes/live_uses.h"
#include "compiler/passes/qdq_util.h"

namespace spindle {
namespace {

// One clamp that does the same as `first` followed by `second`.
Activation compose(const Activation& first, const Activation& second) {
  const auto clamp = [&](float v) { return std::min(std::max(v, second.lo), second.hi); };
  // A clamp with lo > hi is the constant hi.
  return {clamp(std::min(first.lo, first.hi)), clamp(first.hi)};
}

// The real value of a constant with one element.
std::optional<float> scalar_value(const Tensor& tensor) {
  if (tensor.constant == nullptr || tensor.elements() != 1) return {};
  if (tensor.type == DType::kF32) return tensor.constant->as<float>()[0];
  if (is_8bit(tensor)) return dequantized_values(tensor)[0];
  return {};
}

// Min and Max with a constant scalar become Clips.
void clip_from_min_max(Graph& graph, Node& node) {
  const auto* binary = node.as<Binary>();
  if (binary == nullptr || (binary->kind != BinaryKind::kMin && binary->kind != BinaryKind::kMax)) {
    return;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const std::optional<float> bound = scalar_value(graph.tensor(node.inputs[i]));
    const TensorId x = node.inputs[1 - i];
    if (!bound || std::isnan(*bound) ||
        graph.tensor(x).shape != graph.tensor(node.output()).shape) {
      continue;
    }
    Activation act;
    (binary->kind == BinaryKind::kMin ? act.hi : act.lo) = *bound;
    node.op = Clip{compose(act, binary->act)};
    node.inputs = {x};
    return;
  }
}

bool is_swish_gate(const Unary& unary) {
  constexpr float kTolerance = 1e-6F;  // files print 1/6 with seven digits
  return unary.kind == UnaryKind::kHardSigmoid &&
         std::abs(unary.alpha - 1.0F / 6.0F) < kTolerance && unary.beta == 0.5F;
}

// x * HardSigmoid(x) becomes HardSwish(x), if nothing else reads the HardSigmoid.
void hard_swish(const Graph& graph, const Uses& uses, Node& node) {
  const auto* binary = node.as<Binary>();
  if (binary == nullptr || binary->kind != BinaryKind::kMul || !binary->act.none() ||
      graph.tensor(node.output()).type != DType::kF32) {
    return;
  }
  for (std::size_t i = 0; i < 2; ++i) {
    const TensorId x = node.inputs[1 - i];
    const NodeId producer = uses.producer(node.inputs[i]);
    if (!producer || !uses.single_use(node.inputs[i])) continue;
    const Node& gate = graph.nodes[producer];
    const auto* unary = gate.as<Unary>();
    if (unary == nullptr || !is_swish_gate(*unary) || gate.inputs[0] != x) continue;
    node.op = Unary{UnaryKind::kHardSwish};
    node.inputs = {x};
    return;
  }
}

bool has_nan(const Activation& act) {
  return std::isnan(act.lo) || std::isnan(act.hi);
}

// True if a clamp from `from` to `to` only limits values and does not requantize them.
bool on_same_scale(const Tensor& from, const Tensor& to) {
  if (from.type == DType::kF32) return to.type == DType::kF32;
  return is_per_tensor_8bit(from) && same_quantization(from, to);
}

// Fuses every Clip that can be fused.
void fuse_clips(Graph& graph) {
  LiveUses uses(graph);
  std::vector<NodeId> kept;
  for (const NodeId i : graph.nodes.ids()) {
    kept.push_back(i);
    const Node& node = graph.nodes[i];
    const auto* clip = node.as<Clip>();
    if (clip == nullptr) continue;
    const TensorId in = node.inputs[0];
    const NodeId producer = uses.producer(in);
    if (!producer || !uses.single_use(in)) continue;
    Node& before = graph.nodes[producer];
    Activation* act = activation_of(before.op);
    if (act == nullptr || has_nan(*act) || has_nan(clip->act) ||
        !on_same_scale(graph.tensor(in), graph.tensor(node.output()))) {
      continue;
    }
    *act = compose(*act, clip->act);
    before.outputs[0] = node.output();
    uses.set_producer(node.output(), producer);
    kept.pop_back();
  }
  graph.nodes.reorder(kept);
}

bool idle_on(const Activation& act, const Tensor& output) {
  if (act.none()) return true;
  if (has_nan(act) || !is_per_tensor_8bit(output)) return false;
  const QuantLimits limits = quantized_limits(act, output.type, *output.quant);
  return limits.lo == min_of(output.type) && limits.hi == max_of(output.type);
}

void drop_idle(const Graph& graph, Node& node) {
  Activation* act = activation_of(node.op);
  if (act == nullptr || !idle_on(*act, graph.tensor(node.output()))) return;
  if (node.as<Clip>() == nullptr) {
    *act = {};
  } else if (same_quantization(graph.tensor(node.inputs[0]), graph.tensor(node.output()))) {
    node.op = Identity{};
  } else {
    node.op = Requantize{};
  }
}

}  // namespace

void fuse_activations(Graph& graph) {
  for (Node& node : graph.nodes) clip_from_min_max(graph, node);
  const Uses uses(graph);
  for (Node& node : graph.nodes) hard_swish(graph, uses, node);
  fuse_clips(graph);
  for (Node& node : graph.nodes) drop_idle(graph, node);
  graph.remove_dead();
}

}  // namespace spindle
