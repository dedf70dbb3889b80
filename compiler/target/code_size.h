// How large generated code becomes, for the plan's estimate.
#pragma once

#include <cstdint>
#include <string_view>

namespace spindle {

// Bytes of .text of a runtime source file for a Thumb-2 core (measured: gcc 12, -O2,
// -mcpu=cortex-m7; kernels of Cortex-A: -mcpu=cortex-a76+i8mm); a typical size for files that are
// not listed.
[[nodiscard]] std::int64_t kernel_code_bytes(std::string_view source);

// Bytes of .text that the schedule takes per step, measured likewise on the models of the tests.
constexpr std::int64_t kStepCodeBytes = 48;

}  // namespace spindle
