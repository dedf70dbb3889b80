// The folder of real models and goldens that some tests use.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>

namespace spindle::testing {

// The folder that SPINDLE_SHARED names, or else `shared` beside the source tree. If it does not
// exist, prints a message and returns nothing; the caller then skips its test.
inline std::optional<std::filesystem::path> shared_dir() {
  const char* given = std::getenv("SPINDLE_SHARED");
  std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given)
                       : std::filesystem::path(SPINDLE_SOURCE_DIR).parent_path() / "shared";
  if (std::filesystem::is_directory(folder / "models")) return folder;
  std::cerr << "\n*** SKIPPED: no models in " << folder << " (set SPINDLE_SHARED) ***\n";
  return std::nullopt;
}

}  // namespace spindle::testing
