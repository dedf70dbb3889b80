#include "compiler/report/resolution.h"

#include <fmt/format.h>

#include "compiler/ir/op_traits.h"

namespace spindle {
namespace {

// True if `image` has the extents of `planar` (NCHW) in NHWC order.
bool is_nhwc_of(const Shape& image, const Shape& planar) {
  return image.size() == 4 && planar.size() == 4 &&
         image == Shape{planar[0], planar[2], planar[3], planar[1]};
}

bool changes_layout(const Node& node) {
  return traits_of(node.op).layout == Layout::kChanges;
}

}  // namespace

std::string to_string(const Resolution& resolution) {
  return fmt::format("{}x{}", resolution.rows, resolution.columns);
}

Resolutions::Resolutions(const Graph& graph) : graph_(graph), planar_(graph.tensors.size()) {
  for (const Node& node : graph.nodes) {
    if (!changes_layout(node)) continue;
    const TensorId from = node.inputs[0];
    const TensorId to = node.output();
    const bool enters = is_nhwc_of(graph.tensor(to).shape, graph.tensor(from).shape);
    const bool leaves = is_nhwc_of(graph.tensor(from).shape, graph.tensor(to).shape);
    if (enters) mark(from);
    if (leaves && !enters) mark(to);
  }
}

void Resolutions::mark(TensorId tensor) {
  if (planar_[tensor]) return;
  planar_[tensor] = true;
  const Shape& shape = graph_.tensor(tensor).shape;
  for (const Node& node : graph_.nodes) {
    const bool elementwise = node.inputs.size() == 1 && !changes_layout(node) &&
                             graph_.tensor(node.inputs[0]).shape == shape &&
                             graph_.tensor(node.output()).shape == shape;
    if (!elementwise) continue;
    if (node.inputs[0] == tensor) mark(node.output());
    if (node.output() == tensor) mark(node.inputs[0]);
  }
}

Resolution Resolutions::of(TensorId tensor) const {
  if (tensor == kNoTensor) return {};
  const Shape& shape = graph_.tensor(tensor).shape;
  if (shape.size() != 4) return {};
  if (planar_[tensor]) return {shape[2], shape[3]};
  return {shape[1], shape[2]};
}

}  // namespace spindle
