// A command's options as text, for a macro in generated headers. Equal options give equal text on
// every machine: defaults are left out, and a file is named by the SHA-256 of its contents.
#pragma once

#include <optional>
#include <string>

#include "compiler/driver/commands.h"

namespace spindle {

// For example "--ram=65536 --input-mode=streamed"; empty if all options have their defaults.
[[nodiscard]] std::string option_text(const CompileOptions& options);

}  // namespace spindle
