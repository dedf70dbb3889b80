// Kernels by name, whatever target they are for; written by the build from the files in runtime/.
// For those that this machine cannot run it has their twins (compiler/execute/twins).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace spindle {

using KernelFunction = void (*)();

// Of any kernel: what runs programs in this process is made for as many.
constexpr std::size_t kMostKernelArgs = 8;

struct Kernel {
  KernelFunction function = nullptr;
  std::size_t args = 0;
};

// Does not compile for a function that cannot be called as kernels are: with pointers and int32_t.
template <typename... Args>
Kernel kernel_of(void (*function)(Args...)) {
  static_assert(sizeof...(Args) <= kMostKernelArgs);
  static_assert(((std::is_pointer_v<Args> || std::is_same_v<Args, std::int32_t>)&&...));
  return {reinterpret_cast<KernelFunction>(function), sizeof...(Args)};
}

// Null if there is no such kernel.
[[nodiscard]] const Kernel* find_kernel(std::string_view symbol);

}  // namespace spindle
