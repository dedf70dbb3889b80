// The size of generated code, for the estimate of `plan`.
#pragma once

#include <cstdint>
#include <string_view>

namespace spindle {

// The bytes of .text of a runtime source file on a Thumb-2 core. Measured with gcc 12, -O2,
// -mcpu=cortex-m7 (kernels of Cortex-A: -mcpu=cortex-a76+i8mm). For files that are not listed, a
// typical size.
[[nodiscard]] std::int64_t kernel_code_bytes(std::string_view source);

// The bytes of .text that each step adds to the schedule, measured in the same way on the models of
// the tests.
constexpr std::int64_t kStepCodeBytes = 48;

}  // namespace spindle
