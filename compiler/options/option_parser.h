// Reads a command line as the table of options defines it.
#pragma once

#include <span>
#include <string>

#include "compiler/options/command_line.h"
#include "compiler/options/option_table.h"

namespace spindle {

// `words` follow the command's name. Every word has been understood, every option that is required
// is there, values are among their choices and within their ranges, and no option lacks another
// that it needs or stands beside one that it excludes: anything else is thrown as UsageError. With
// --help only that is said, and nothing is checked.
[[nodiscard]] CommandLine parse_options(Command command, std::span<const std::string> words);

}  // namespace spindle
