// Sums of floats in the orders of docs/numeric-contract.md.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/sum_order.h"

namespace spindle::reference {

// For each element of the output, the sum of the values of `x` that `plan` names, in float32 and in
// the order of the plan.
[[nodiscard]] std::vector<float> float_sums(const SumPlan& plan, const std::vector<float>& x);

}  // namespace spindle::reference
