// Checks the flags for the C compiler in `spindle verify --optimize=FLAGS`.
#pragma once

#include <string>

namespace spindle {

// `flags` are separated by spaces. Throws UsageError for a flag that does not concern optimization,
// warnings, macros, debug information or code generation (a file name, say), and for one whose
// result cannot be measured or linked: link-time optimization, sanitizers, profiling.
void check_optimize_flags(const std::string& flags);

}  // namespace spindle
