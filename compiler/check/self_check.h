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

// Empty if the Program computes its graph on one input (seeded_input.h), else which step first does
// not, and where. Passes check_program on the way, which says what each call writes. The Program is
// the chosen target's own; kernels that this machine cannot run have twins
// (compiler/twins).
//
// What a call has written is compared with the reference's tensor: integers must be identical,
// floats within 1e-4 of the tensor's largest value (and sums of products within 1e-5 of the sum of
// their terms' magnitudes: where terms cancel each other, their order decides), NaN equals NaN.
// Then the reference's floats are put in their place, so that each step works on the reference's
// own inputs: nothing accumulates, and no ArgMax, NonMaxSuppression or Quantize behind floats comes
// out otherwise for it. In the same way 8-bit tensors are replaced where the network would be
// exercised too little (exercised_values.h). Outputs are compared once more at the end, as a whole.
[[nodiscard]] std::string self_check(const Graph& graph, const Program& program,
                                     std::uint64_t seed = kSelfCheckSeed);

// The values of the graph's tensors that it compares with and works on.
[[nodiscard]] std::vector<ExercisedValue> self_check_values(const Graph& graph,
                                                            const Program& program,
                                                            std::span<const ConstantPtr> inputs);

}  // namespace spindle
