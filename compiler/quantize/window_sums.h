// What bias correction and the choice of weight scales need to know about the input of a Conv or
// Dense.
#pragma once

#include <span>
#include <vector>

#include "compiler/ir/graph.h"

namespace spindle {

// Sums over the positions of the output, and over all pictures so far. Sums are added picture by
// picture, so their order matters in the last bits.
struct WindowSums {
  // [KH,KW,C] (Dense: [K]): the sum of the elements that this tap of the window reads. Padding
  // counts as 0.
  std::vector<double> taps;
  // [C]: the sum of the squares of the elements of a channel.
  std::vector<double> squares;
  double positions = 0;  // of the output
  double elements = 0;   // of a channel

  void add(const WindowSums& other);
};

// Adds the input `x` of the node, a Conv or Dense with float input, to its sums.
void add_windows(const Graph& graph, const Node& node, std::span<const float> x, WindowSums& sums);

}  // namespace spindle
