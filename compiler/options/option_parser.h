// Parses a command line by the table of options (option_table.h).
#pragma once

#include <span>
#include <string>

#include "compiler/options/command_line.h"
#include "compiler/options/option_table.h"

namespace spindle {

// `words` are those after the command's name. Throws UsageError for a word that is not understood,
// a missing required option, a value outside its choices or its range, an option without another
// that it needs, or one beside another that it excludes. If --help is among the words, nothing is
// checked and only `help`, `given` and `command` of the result are set.
[[nodiscard]] CommandLine parse_options(Command command, std::span<const std::string> words);

}  // namespace spindle
