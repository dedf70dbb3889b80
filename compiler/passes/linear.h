// Scaling and shifting the channels around a float Conv or Dense by changing its weights.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// y[c] = x[c] * scale[c] + offset[c] over the last dimension; both vectors have its extent.
struct Affine {
  std::vector<double> scale, offset;
};

// True for a Conv or Dense whose weights, and bias if there is one, are float constants.
[[nodiscard]] bool is_float_linear(const Graph& graph, const Node& node);

// Makes `node` (is_float_linear, no activation) compute affine(node(x)). Changes nothing and
// returns false if a weight would not be finite. New weights are new constants.
bool scale_outputs(Graph& graph, Node& node, const Affine& affine);

// Makes `node` (is_float_linear) compute node(affine(x)). Changes nothing and returns false if that
// is not exact, because padded elements are zero after and not before the affine map, or if a
// weight would not be finite.
bool scale_inputs(Graph& graph, Node& node, const Affine& affine);

}  // namespace spindle
