// Options that mean nothing together, or nothing here: refused, for what is silently ignored
// misleads. All throw UsageError.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/driver/commands.h"

namespace spindle {

// Whether the user wrote the option.
using GivenOptions = std::function<bool(const char* option)>;

void check_compile_options(const CompileOptions& options, const GivenOptions& given,
                           const std::vector<std::string>& targets);
void check_run_options(const RunOptions& options, const GivenOptions& given);
void check_verify_options(const VerifyOptions& options, const GivenOptions& given);

}  // namespace spindle
