// How wrong usage is told.
#pragma once

#include <string>

#include "compiler/options/option_table.h"
#include "compiler/options/usage_error.h"

namespace spindle {

// In the form of a diagnostic, with the command whose `--help` helps; null where none was chosen.
[[nodiscard]] std::string usage_message(const UsageError& error, const CommandSpec* command);

// The command that the word names; throws UsageError if there is none.
[[nodiscard]] const CommandSpec& command_from(const std::string& word);

// No command was given.
[[nodiscard]] UsageError no_command();

}  // namespace spindle
