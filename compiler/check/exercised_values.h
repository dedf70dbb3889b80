// The values that a self-check runs a network on: what the seeded input gives, except where that
// would exercise little. Trained networks have tensors that hold a few codes on any picture (class
// scores, maps of 2 x 2 pixels), and a network of strangers may have any number of dead ones. A
// step that sees or makes few codes shows few of its faults.
#pragma once

#include <span>
#include <vector>

#include "compiler/check/tensor_elements.h"
#include "compiler/ir/graph.h"

namespace spindle {

// 8-bit tensors with fewer codes are made richer, if they have as many elements.
constexpr std::size_t kEnoughCodes = 16;

// How many different codes an 8-bit value has.
[[nodiscard]] std::size_t count_codes(const Constant& value);

struct ExercisedValue {
  ConstantPtr computed;  // by the tensor's operator, from what its inputs hold; given, of an input
  ConstantPtr held;      // what those that read the tensor work on; mostly the same
};

// Runs the reference interpreter on `inputs`. `replaceable[t]`: the Program writes tensor t, so
// that another value can be put in its place there (TracedStep::tensor). Where an operator makes
// too few codes, what it reads is replaced by random codes, if that helps and if no operator before
// it read it; where that does not help, what it made is replaced for those that read it. `same`
// says which elements are one, and must not get two values. The result has one entry per tensor of
// the graph; constants have none.
[[nodiscard]] std::vector<ExercisedValue> exercised_values(const Graph& graph,
                                                           const TensorElements& same,
                                                           std::span<const ConstantPtr> inputs,
                                                           const std::vector<bool>& replaceable);

}  // namespace spindle
