// Elements moved from an operator's first input to its output.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/reference/index.h"
#include "compiler/reference/operators.h"

namespace spindle::reference {

constexpr std::int64_t kFill = -1;

// The output whose element i is element source[i] of input 0, or `fill` (in real units, quantized
// as the output's Quant says) where source[i] is kFill. Bytes are copied where both tensors encode
// values alike; else they go through reals.
[[nodiscard]] ConstantPtr move_elements(const Call& call, const std::vector<std::int64_t>& source,
                                        float fill = 0);

}  // namespace spindle::reference
