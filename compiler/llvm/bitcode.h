// Kernels and firmware as bitcode, embedded by bitcode.cmake.
#pragma once

#include <string_view>

namespace spindle {

// "kernels_" or "firmware_" and a flavour (see LlvmUse::bitcode); internal error if there is no
// such module.
[[nodiscard]] std::string_view embedded_bitcode(std::string_view name);

}  // namespace spindle
