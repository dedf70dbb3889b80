// How wrong usage is told.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "compiler/driver/usage_error.h"

namespace spindle {

// In the form of a diagnostic, with the command whose `--help` helps; `command` is the application
// itself where none was chosen.
[[nodiscard]] std::string usage_message(const UsageError& error, const CLI::App& command);

// The same for what the option parser found.
[[nodiscard]] std::string usage_message(const CLI::Error& error, const CLI::App& command);

// Throws UsageError if the first word is no command.
void check_command(const CLI::App& app, int argc, const char* const* argv);

}  // namespace spindle
