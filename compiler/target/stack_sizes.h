// How much stack kernels use, for the bound that `plan`, `compile` and generated headers state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spindle {

// The most stack that a function of the C library or of the compiler's library uses: memcpy,
// memset, sqrtf, and the arithmetic of cores without an FPU. Measured in newlib 3.3 and libgcc
// 12.2: 64 bytes on Cortex-M0+ and M23 (a product of doubles), less than 40 elsewhere.
constexpr std::int64_t kLibraryStackBytes = 64;

// The most stack that a call of the kernel uses, including the functions that it calls. Nothing if
// it was not measured for the target.
[[nodiscard]] std::optional<std::int64_t> kernel_stack_bytes(std::string_view kernel,
                                                             std::string_view target);

// The targets for which stack sizes were measured.
[[nodiscard]] std::span<const std::string_view> stack_targets();

// The compiler with which they were measured: "arm-none-eabi-gcc 12.2.1 at -O2".
[[nodiscard]] std::string stack_compiler(std::string_view target);

}  // namespace spindle
