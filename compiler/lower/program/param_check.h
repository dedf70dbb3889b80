// A C file that compiles only if runtime/spindle.h declares the parameter structs as
// param_structs.h describes them. The build compiles it for the host, a test for the targets.
#pragma once

#include <string>

namespace spindle {

// The C11 source. It needs spindle.h in the include path. For the pointer size of the compiler it
// asserts the offset, size and type of every member, the size of every struct, and that there are
// no other members.
[[nodiscard]] std::string param_check_source();

}  // namespace spindle
