// How much stack the kernels take, as measured with this machine's compilers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spindle::testing {

// By kernel, those of other instruction sets left out: the frames that GCC reports at -O2 for the
// target along the deepest chain of calls, what assembly pushes, and kLibraryStackBytes where a
// chain ends in the library. Nothing where the compiler is missing or is another than
// stack_compiler() says.
std::optional<std::map<std::string, std::int64_t>> measured_kernel_stacks(std::string_view target);

// The kernels' names, sorted.
std::vector<std::string> all_kernels();

}  // namespace spindle::testing
