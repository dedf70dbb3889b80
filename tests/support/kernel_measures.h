// Measures the stack and the code size of the kernels with this machine's compilers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::testing {

struct KernelMeasures {
  // The stack frames along the deepest chain of calls: those that GCC reports at -O2, and what
  // assembly pushes. Includes kLibraryStackBytes if a chain ends in the C library.
  std::int64_t stack_bytes = 0;
  std::int64_t code_bytes = 0;  // .text of the kernel's file
};

// The measures by kernel, without kernels for instruction sets that the target lacks. Returns
// nothing if the compiler is missing or is not the one that stack_compiler() names.
std::optional<std::map<std::string, KernelMeasures>> measure_kernels(std::string_view target);

// The kernels' names, sorted.
std::vector<std::string> all_kernels();

}  // namespace spindle::testing
