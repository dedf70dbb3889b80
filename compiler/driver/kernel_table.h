// The runtime's portable kernels by name; written by the build from the files in runtime/.
#pragma once

#include <string_view>

namespace spindle {

using KernelFunction = void (*)();

// Null if there is no such kernel.
[[nodiscard]] KernelFunction find_kernel(std::string_view symbol);

}  // namespace spindle
