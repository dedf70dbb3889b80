// The kernels as bitcode, embedded by bitcode.cmake.
#pragma once

#include <string_view>

namespace spindle {

// The module of a flavour (see LlvmTarget::bitcode); internal error if there is none.
[[nodiscard]] std::string_view kernel_bitcode(std::string_view flavour);

}  // namespace spindle
