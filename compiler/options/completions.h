// Completions of commands, options, their choices and files, as scripts for shells.
#pragma once

#include <string>

namespace spindle {

// For bash 4 and later; registers itself for `spindle` when sourced.
[[nodiscard]] std::string bash_completions();
// For a file `_spindle` in a folder of zsh's fpath; may be sourced as well.
[[nodiscard]] std::string zsh_completions();
// For fish 3 and later.
[[nodiscard]] std::string fish_completions();

}  // namespace spindle
