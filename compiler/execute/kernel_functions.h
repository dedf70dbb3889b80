// Finds the kernels of all targets by name. The build writes the table from the files in runtime/.
// For kernels that this machine cannot run it has their twins (compiler/twins).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace spindle {

// The most arguments of any kernel.
constexpr std::size_t kMostKernelArgs = 8;

struct Kernel {
  // Calls the kernel: each argument is an address, or an int32_t in the low half.
  void (*call)(std::span<const std::uintptr_t, kMostKernelArgs> args) = nullptr;
  std::size_t args = 0;
};

template <typename Arg>
Arg kernel_argument(std::uintptr_t value) {
  if constexpr (std::is_pointer_v<Arg>) {
    return reinterpret_cast<Arg>(value);
  } else {
    return static_cast<Arg>(value);
  }
}

template <auto Function, typename... Args, std::size_t... I>
Kernel kernel_with(void (*)(Args...), std::index_sequence<I...>) {
  static_assert(sizeof...(Args) <= kMostKernelArgs);
  static_assert(((std::is_pointer_v<Args> || std::is_same_v<Args, std::int32_t>) && ...));
  return {[](std::span<const std::uintptr_t, kMostKernelArgs> args) {
            Function(kernel_argument<Args>(args[I])...);
          },
          sizeof...(Args)};
}

template <typename... Args>
constexpr auto kernel_arguments(void (*)(Args...)) {
  return std::index_sequence_for<Args...>();
}

// A Kernel for a function. Does not compile unless all arguments are pointers or int32_t.
template <auto Function>
Kernel kernel_of() {
  return kernel_with<Function>(Function, kernel_arguments(Function));
}

// Null if there is no such kernel.
[[nodiscard]] const Kernel* find_kernel(std::string_view symbol);

}  // namespace spindle
