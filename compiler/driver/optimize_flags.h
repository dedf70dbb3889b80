// verify --optimize: flags for the C compiler.
#pragma once

#include <string>

namespace spindle {

// Throws UsageError for what is no flag of optimization, warning or code generation, or changes
// what is built so that it cannot be measured or linked: link-time optimization, sanitizers,
// profiling, output and input files.
void check_optimize_flags(const std::string& flags);

}  // namespace spindle
