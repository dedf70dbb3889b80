// Sums of floats in the orders of docs/numeric-contract.md.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/sum_order.h"

namespace spindle::reference {

// One sum for each element of the output, of the values that `plan` says. float32 throughout.
[[nodiscard]] std::vector<float> float_sums(const SumPlan& plan, const std::vector<float>& x);

}  // namespace spindle::reference
