// Scripts for shells that complete commands, options, values of options and file names.
#pragma once

#include <string>

namespace spindle {

// For bash 4 or later. When sourced, it registers itself for `spindle`.
[[nodiscard]] std::string bash_completions();
// For zsh: the text of a file `_spindle` in a folder of fpath. It may also be sourced.
[[nodiscard]] std::string zsh_completions();
// For fish 3 or later.
[[nodiscard]] std::string fish_completions();

}  // namespace spindle
