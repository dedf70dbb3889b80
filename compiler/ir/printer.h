// Readable text form of a graph, for --print-after and tests.
#pragma once

#include <string>

#include "compiler/ir/graph.h"

namespace spindle {

// One line per node, e.g. `%y: s8[1x56x56x24]{0.0235,-128} = conv %x, %w, %b {stride 2x2, ...}  #
// name`. Braces behind a shape hold scale and zero point.
[[nodiscard]] std::string print(const Graph& graph);
[[nodiscard]] std::string print(const Graph& graph, const Node& node);

}  // namespace spindle
