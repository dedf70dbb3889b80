// Moves elements from an operator's first input to its output.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/ir/index.h"
#include "compiler/reference/operators.h"

namespace spindle::reference {

constexpr std::int64_t kFill = -1;

// The output whose element i is element source[i] of input 0, or `fill` where source[i] is kFill.
// `fill` is a real number and quantized with the output's Quant. Bytes are copied if both tensors
// encode values alike; else elements are converted to real numbers and back.
[[nodiscard]] ConstantPtr move_elements(const Call& call, const std::vector<std::int64_t>& source,
                                        float fill = 0);

}  // namespace spindle::reference
