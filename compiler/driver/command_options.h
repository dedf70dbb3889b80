// Turns a parsed command line into the options of one command. All functions throw UsageError for
// values that cannot be read, for example `--ram=abc`.
#pragma once

#include "compiler/driver/commands.h"
#include "compiler/options/command_line.h"

namespace spindle {

[[nodiscard]] CompileOptions compile_options(const CommandLine& line);
[[nodiscard]] PlanOptions plan_options(const CommandLine& line);
[[nodiscard]] InspectOptions inspect_options(const CommandLine& line);
[[nodiscard]] RunOptions run_options(const CommandLine& line);
[[nodiscard]] VerifyOptions verify_options(const CommandLine& line);
[[nodiscard]] QuantizeCommandOptions quantize_command_options(const CommandLine& line);

}  // namespace spindle
