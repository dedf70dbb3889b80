// A C file that compiles only where runtime/spindle.h declares the parameter structs as
// param_structs.h describes them. The build compiles it for the host, a test for the targets.
#pragma once

#include <string>

namespace spindle {

// C11. It wants spindle.h in the include path, and asserts for 32-bit and for 64-bit pointers,
// whichever the compiler has: of every member the offset, the size and the type, of every struct
// the size, and that there are no more members than described.
[[nodiscard]] std::string param_check_source();

}  // namespace spindle
