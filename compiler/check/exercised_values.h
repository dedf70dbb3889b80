// The values that a self-check runs a network on. These are the ones that the seeded input gives,
// unless they exercise too little. Trained networks have tensors that hold only a few codes for any
// picture (class scores, maps of 2 x 2 pixels), and any network may have dead layers. A step that
// reads or writes only a few codes shows few of its faults.
#pragma once

#include <span>
#include <vector>

#include "compiler/check/tensor_elements.h"
#include "compiler/ir/graph.h"

namespace spindle {

// 8-bit tensors with fewer different codes than this are enriched, if they have this many elements.
constexpr std::size_t kEnoughCodes = 16;

// How many different codes an 8-bit value has.
[[nodiscard]] std::size_t count_codes(const Constant& value);

struct ExercisedValue {
  // what the operator makes of the `held` values of its inputs; for inputs, `held`
  ConstantPtr computed;
  ConstantPtr held;  // what readers of the tensor work on; usually the same as `computed`
};

// Runs the reference interpreter on `inputs` and replaces values where an operator makes too few
// codes. First, its inputs are replaced by random codes, if that helps and no earlier operator has
// read them. If it does not help, the operator's result is replaced for those that read it.
//
// `replaceable[t]` says that the Program writes tensor t (TracedStep::tensor), so that another
// value can be put in its place there. Elements that are the same one according to `same` do not
// get two values. The result has one entry per tensor of the graph; those of constants are empty.
[[nodiscard]] IdVector<TensorId, ExercisedValue> exercised_values(
    const Graph& graph, const TensorElements& same, std::span<const ConstantPtr> inputs,
    const IdVector<TensorId, bool>& replaceable);

}  // namespace spindle
