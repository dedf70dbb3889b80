#include "compiler/passes/remove_identities.h"

#include <algorithm>

#include "compiler/passes/util.h"

namespace spindle {
namespace {

bool same_size(const Resize& op, const Shape& in) {
  for (std::size_t i = 0; i < 2; ++i) {
    if (op.size[i] != in[i + 1]) return false;
    // A given scale changes the coordinates, even if the size stays the same, unless corners are
    // aligned.
    const bool uses_scale = op.coordinates != ResizeCoordinates::kAlignCorners;
    if (uses_scale && op.scale[i] != 0 && op.scale[i] != 1) return false;
  }
  return true;
}

bool whole(const Slice& op, const Shape& in) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (op.count[i] != in[i] || op.start[i] != 0) return false;
    if (op.step[i] != 1 && op.count[i] > 1) return false;
  }
  return true;
}

bool all_zero(const std::vector<std::int64_t>& values) {
  return std::all_of(values.begin(), values.end(), [](std::int64_t v) { return v == 0; });
}

// Whether the operator returns its first input, given that types and quantization are equal.
struct Neutral {
  const Graph& graph;
  const Node& node;
  TensorId input;

  [[nodiscard]] const Shape& in() const { return graph.tensor(input).shape; }

  bool operator()(const Identity&) const { return true; }
  bool operator()(const Cast&) const { return true; }
  bool operator()(const Requantize&) const { return true; }
  bool operator()(const Pad& op) const { return all_zero(op.before) && all_zero(op.after); }
  bool operator()(const Reshape& op) const { return op.shape == in(); }
  bool operator()(const Transpose& op) const { return is_identity(op.perm); }
  bool operator()(const Concat&) const { return node.inputs.size() == 1; }
  bool operator()(const Slice& op) const { return whole(op, in()); }
  bool operator()(const Clip& op) const { return op.act.none(); }
  bool operator()(const Resize& op) const { return same_size(op, in()); }
  bool operator()(const DepthToSpace& op) const {
    return op.block[0] == 1 && op.block[1] == 1 && op.size[0] == in()[1] && op.size[1] == in()[2];
  }
  template <typename T>
  bool operator()(const T&) const {
    return false;
  }
};

bool returns_input(const Graph& graph, const Node& node, TensorId input) {
  if (!std::visit(Neutral{graph, node, input}, node.op)) return false;
  const Tensor& in = graph.tensor(input);
  const Tensor& out = graph.tensor(node.output());
  return in.type == out.type && in.quant == out.quant;
}

}  // namespace

void remove_identities(Graph& graph) {
  merge_reshapes(graph);
  Aliases aliases(graph);
  for (Node& node : graph.nodes) {
    const TensorId input = aliases.of(node.inputs[0]);
    if (!returns_input(graph, node, input)) continue;
    if (!aliases.replace(node.output(), input)) node.op = Identity{};
  }
  aliases.apply();
  graph.remove_dead();
}

}  // namespace spindle
