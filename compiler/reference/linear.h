// What Conv and Dense share: when the integer rule applies, the bias, and the requantization.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"

namespace spindle::reference {

// Whether the integer rule applies: inputs 0 and 1 and the output are 8-bit, and the bias, if there
// is one, is int32. Input 1 may be quantized per channel of dimension 0.
[[nodiscard]] bool is_integer_linear(const Call& call);

// The requantizer with m[o] = (sx * sw[o]) / sy, each step rounded to float32.
[[nodiscard]] Requantizer linear_requantizer(const Call& call, const Activation& act);

// The bias of each output channel: input 2, or zeros if there is none.
[[nodiscard]] std::vector<float> real_bias(const Call& call, std::int64_t channels);
[[nodiscard]] std::vector<std::uint32_t> integer_bias(const Call& call, std::int64_t channels);

}  // namespace spindle::reference
