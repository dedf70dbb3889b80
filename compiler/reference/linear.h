// What Conv and Dense share: when the integer rule applies, and bias and requantization.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/reference/arithmetic.h"
#include "compiler/reference/operators.h"

namespace spindle::reference {

// True if inputs 0 and 1 and the output are 8-bit (the second may be quantized per channel of
// dimension 0) and the bias, if there is one, is an integer.
[[nodiscard]] bool is_integer_linear(const Call& call);

// m[o] = (sx * sw[o]) / sy, each step rounded to float32.
[[nodiscard]] Requantizer linear_requantizer(const Call& call, const Activation& act);

// Input 2, or zeros.
[[nodiscard]] std::vector<float> real_bias(const Call& call, std::int64_t channels);
[[nodiscard]] std::vector<std::uint32_t> integer_bias(const Call& call, std::int64_t channels);

}  // namespace spindle::reference
