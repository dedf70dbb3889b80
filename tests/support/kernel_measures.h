// How much stack and code the kernels take, as measured with this machine's compilers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::testing {

struct KernelMeasures {
  // The frames that GCC reports at -O2 along the deepest chain of calls, what assembly pushes, and
  // kLibraryStackBytes where a chain ends in the library.
  std::int64_t stack_bytes = 0;
  std::int64_t code_bytes = 0;  // .text of the kernel's file
};

// The measures by kernel; kernels of instruction sets that the target lacks are left out. Nothing
// where the compiler is missing or is another than stack_compiler() says.
std::optional<std::map<std::string, KernelMeasures>> measure_kernels(std::string_view target);

// The kernels' names, sorted.
std::vector<std::string> all_kernels();

}  // namespace spindle::testing
