// The command line, run as users run it, and files as they see them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/support/subprocess.h"

namespace spindle::testing {

// `spindle ARGUMENTS...`.
ProcessResult run_tool(std::vector<std::string> arguments);

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

// Every file below the folder, by its path within, sorted.
[[nodiscard]] std::vector<std::string> files_in(const std::filesystem::path& folder);

// A model of examples/digits: "int8" or "float".
[[nodiscard]] std::string digits_model(const std::string& kind);

}  // namespace spindle::testing
