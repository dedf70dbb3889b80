// Runs the spindle executable as a user would, and reads and writes files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/support/subprocess.h"

namespace spindle::testing {

// Runs `spindle ARGUMENTS...`.
ProcessResult run_tool(std::vector<std::string> arguments);

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

// The paths of all files below the folder, relative to it, sorted.
[[nodiscard]] std::vector<std::string> files_in(const std::filesystem::path& folder);

// The path of a model of examples/digits: `kind` is "int8" or "float".
[[nodiscard]] std::string digits_model(const std::string& kind);

}  // namespace spindle::testing
