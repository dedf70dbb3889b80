// A command's options as text, the same for the same code: defaults are left out, and files are
// named by what is in them.
#pragma once

#include <optional>
#include <string>

#include "compiler/driver/commands.h"

namespace spindle {

// "--ram=65536 --input-mode=streamed"; empty if nothing but defaults was given.
[[nodiscard]] std::string option_text(const CompileOptions& options);

}  // namespace spindle
