// Kernels and firmware as bitcode, embedded by bitcode.cmake.
#pragma once

#include <string_view>

namespace spindle {

// The module "kernels_FLAVOUR" or "firmware_FLAVOUR" (flavours: LlvmTarget::bitcode). Internal
// error if there is no such module.
[[nodiscard]] std::string_view embedded_bitcode(std::string_view name);

}  // namespace spindle
