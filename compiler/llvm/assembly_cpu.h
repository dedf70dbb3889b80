// The core that assembly names for the assembler.
#pragma once

#include <string>

namespace spindle {

// Names the architecture instead of the core, in `.cpu`, for cores that GNU as does not know by name
// (up to binutils 2.40; for C, gcc tells it the architecture, too). What follows on extensions and
// the FPU stays and says the rest.
[[nodiscard]] std::string with_known_cpu(std::string assembly);

}  // namespace spindle
