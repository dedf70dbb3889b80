// What options mean together with the values of others, where the table of options cannot say it:
// names of models and files of inputs. Refused, for what is silently ignored misleads.
#pragma once

#include "compiler/options/command_line.h"

namespace spindle {

// Throws UsageError for options that mean nothing here.
void check_options(const CommandLine& line);

}  // namespace spindle
