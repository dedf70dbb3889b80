// Runs a Program in this process and compares every step with the reference interpreter.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "compiler/check/exercised_values.h"
#include "compiler/ir/graph.h"
#include "compiler/lower/program/program.h"

namespace spindle {

constexpr std::uint64_t kSelfCheckSeed = 9;

// Returns an empty string if the Program computes its graph on one input (seeded_input.h), else the
// first step that does not, and where. The Program is that of the chosen target; for kernels that
// this machine cannot run there are twins (compiler/twins). check_program runs along and
// says what each call writes.
//
// What a call has written is compared with the reference's tensor:
//
//   integers          identical
//   floats            within 1e-4 of the tensor's largest magnitude; NaN equals NaN
//   sums of products  within that plus 1e-5 of the sum of the magnitudes of their terms, because
//                     the order of summation matters where terms cancel
//
// Then the reference's floats are put in their place, so that every step works on the reference's
// own inputs. So differences do not accumulate, and no ArgMax, NonMaxSuppression or Quantize after
// float operators gives another result because of them. In the same way, 8-bit tensors are replaced
// where they would exercise the network too little (exercised_values.h). At the end, the outputs
// are compared once more as a whole.
[[nodiscard]] std::string self_check(const Graph& graph, const Program& program,
                                     std::uint64_t seed = kSelfCheckSeed);

// The values of the graph's tensors that self_check compares with and works on.
[[nodiscard]] IdVector<TensorId, ExercisedValue> self_check_values(
    const Graph& graph, const Program& program, std::span<const ConstantPtr> inputs);

}  // namespace spindle
