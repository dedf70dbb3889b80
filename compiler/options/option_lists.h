// The parts of the table of options (option_table.h), one function for each.
#pragma once

#include <vector>

#include "compiler/options/option_table.h"

namespace spindle {

// Of every command that reads a model or plans one.
[[nodiscard]] std::vector<OptionSpec> model_option_list();
// Of commands that write something or say how: compile, plan, inspect, targets, help, completions.
[[nodiscard]] std::vector<OptionSpec> writing_option_list();
// Of run and verify.
[[nodiscard]] std::vector<OptionSpec> running_option_list();

}  // namespace spindle
