#include "compiler/passes/fold_padding.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace spindle {
namespace {

bool pads_with_zero(const Pad& pad, const Tensor& tensor) {
  if (tensor.type == DType::kF32) return pad.value == 0;
  return tensor.quant && tensor.quant->per_tensor() &&
         std::nearbyint(pad.value / tensor.quant->scale[0]) == 0;
}

// The sum as an int; nothing if it does not fit.
std::optional<int> sum(int a, std::int64_t b) {
  const std::int64_t total = a + b;
  if (total > std::numeric_limits<int>::max()) return std::nullopt;
  return static_cast<int>(total);
}

std::optional<Padding> merged(const Padding& own, const Pad& pad) {
  const auto top = sum(own.top, pad.before[1]);
  const auto left = sum(own.left, pad.before[2]);
  const auto bottom = sum(own.bottom, pad.after[1]);
  const auto right = sum(own.right, pad.after[2]);
  if (!top || !left || !bottom || !right) return std::nullopt;
  return Padding{.top = *top, .left = *left, .bottom = *bottom, .right = *right};
}

// True if the node is a Pad that does the same as the padding of a convolution.
bool is_image_padding(const Graph& graph, const Node& node) {
  const auto* pad = node.as<Pad>();
  if (pad == nullptr || pad->before.size() != 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool spatial = i == 1 || i == 2;
    if (pad->before[i] < 0 || pad->after[i] < 0) return false;
    if (!spatial && (pad->before[i] != 0 || pad->after[i] != 0)) return false;
  }
  const Tensor& in = graph.tensor(node.inputs[0]);
  const Tensor& out = graph.tensor(node.output());
  return in.type == out.type && in.quant == out.quant && pads_with_zero(*pad, out);
}

// Adds `pad` to the padding of `reader`. Changes nothing and returns false if the result would
// differ.
bool take(Node& reader, const Pad& pad) {
  if (auto* conv = reader.as<Conv>()) {
    const auto total = merged(conv->pad, pad);
    if (total) conv->pad = *total;
    return total.has_value();
  }
  auto* pool = reader.as<Pool>();
  if (pool == nullptr || pool->kind != PoolKind::kAverage || pool->ceil_mode) return false;
  if (!pool->count_include_pad && !pool->pad.none()) return false;
  const auto total = merged(pool->pad, pad);
  if (!total) return false;
  pool->pad = *total;
  pool->count_include_pad = true;
  return true;
}

}  // namespace

void fold_padding(Graph& graph) {
  for (bool changed = true; changed;) {
    changed = false;
    const Uses uses(graph);
    for (const Node& node : graph.nodes) {
      if (!is_image_padding(graph, node)) continue;
      for (NodeId user : uses.users(node.output())) {
        Node& reader = graph.nodes[user];
        if (reader.inputs[0] != node.output() || !take(reader, *node.as<Pad>())) continue;
        reader.inputs[0] = node.inputs[0];
        changed = true;
      }
    }
  }
  graph.remove_dead();
}

}  // namespace spindle
