// Messages about a wrong command line.
#pragma once

#include <string>

#include "compiler/options/option_table.h"
#include "compiler/options/usage_error.h"

namespace spindle {

// The error in the form of a diagnostic, ending with a hint at `spindle COMMAND --help`. `command`
// is null if the command is not known; the hint is then `spindle --help`.
[[nodiscard]] std::string usage_message(const UsageError& error, const CommandSpec* command);

// The command of that name. Throws UsageError if there is none.
[[nodiscard]] const CommandSpec& command_from(const std::string& word);

// The error for a command line without any words.
[[nodiscard]] UsageError no_command();

}  // namespace spindle
