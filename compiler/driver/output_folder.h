// Writes result files so that a failure leaves nothing behind.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/diagnostics.h"

namespace spindle {

struct OutputFile {
  std::string name;
  std::string data;
};

// All of `files` into `folder` (made if need be): first under temporary names, then renamed once
// every one is complete. Existing files of the same names are replaced. On failure the temporary
// files are removed, E0410 is reported and false returned.
[[nodiscard]] bool write_files(const std::filesystem::path& folder,
                               const std::vector<OutputFile>& files, Diagnostics& diagnostics);

// One file, likewise.
[[nodiscard]] bool write_file(const std::filesystem::path& file, const std::string& data,
                              Diagnostics& diagnostics);

}  // namespace spindle
