// How much stack kernels take, for the bound that `plan`, `compile` and generated headers tell.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace spindle {

// What a function of the C library or of the compiler's own takes at most: memcpy, memset, sqrtf,
// and the arithmetic of cores without an FPU. Measured in newlib 3.3 and libgcc 12.2: 64 bytes on
// Cortex-M0+ and M23 (a product of doubles), less than 40 elsewhere.
constexpr std::int64_t kLibraryStackBytes = 64;

// The most that a call of the kernel takes, the functions that it calls included. Nothing if it was
// not measured for the target.
[[nodiscard]] std::optional<std::int64_t> kernel_stack_bytes(std::string_view kernel,
                                                             std::string_view target);

// The targets that there are measures for.
[[nodiscard]] std::span<const std::string_view> stack_targets();

// What the kernels were measured with: "arm-none-eabi-gcc 12.2.1 at -O2".
[[nodiscard]] std::string stack_compiler(std::string_view target);

}  // namespace spindle
