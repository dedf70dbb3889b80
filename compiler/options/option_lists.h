// The parts of the table of options (option_table.h). Everyone else uses all_options().
#pragma once

#include <vector>

#include "compiler/options/option_table.h"

namespace spindle {

// Options on the model, its plan and debugging, for the commands that read a model.
[[nodiscard]] std::vector<OptionSpec> model_option_list();
// Options on targets, formats and written files; also `--help` and the arguments of `help` and
// `completions`.
[[nodiscard]] std::vector<OptionSpec> writing_option_list();
// Options that only `run` and `verify` have.
[[nodiscard]] std::vector<OptionSpec> running_option_list();
// Options of `quantize`.
[[nodiscard]] std::vector<OptionSpec> quantize_option_list();

}  // namespace spindle
