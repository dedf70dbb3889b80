// The core that is named in assembly text.
#pragma once

#include <string>

namespace spindle {

// Replaces the core in `.cpu` by its architecture if GNU as does not know the core (up to binutils
// 2.40; gcc does the same when it compiles C). The directives for extensions and the FPU stay.
[[nodiscard]] std::string with_known_cpu(std::string assembly);

}  // namespace spindle
