// Scales and shifts the channels before or behind a float Conv or Dense by changing its weights.
#pragma once

#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// y[c] = x[c] * scale[c] + offset[c] for each channel c, the index of the last dimension. Both
// vectors have one element per channel.
struct Affine {
  std::vector<double> scale, offset;
};

// True for a Conv or Dense whose weights, and bias if there is one, are float constants.
[[nodiscard]] bool is_float_linear(const Graph& graph, const Node& node);

// Makes `node` (is_float_linear, no activation) compute affine(node(x)). Changes nothing and
// returns false if a weight would not be finite. New weights are new constants.
bool scale_outputs(Graph& graph, Node& node, const Affine& affine);

// Makes `node` (is_float_linear) compute node(affine(x)). Changes nothing and returns false if a
// weight would not be finite, or if the result would differ: padded elements are zero behind the
// affine map, not before it, so a padded Conv takes no offset.
bool scale_inputs(Graph& graph, Node& node, const Affine& affine);

}  // namespace spindle
