// The checks of options that the table of options cannot express: names of models, options of
// pictures without a picture, and flags of `verify --optimize`. An option without effect is an
// error, because ignoring it would mislead the user.
#pragma once

#include "compiler/options/command_line.h"

namespace spindle {

// Throws UsageError for the first option that fails such a check.
void check_options(const CommandLine& line);

}  // namespace spindle
