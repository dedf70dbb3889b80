// A temporary folder that cleans up after itself.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "compiler/support/leftovers.h"

namespace spindle {

// There is no room for a temporary folder; what() says where it should have been, and why not.
class TemporaryDirectoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A private folder under TMPDIR (or /tmp), removed with all it holds by the destructor and by
// signals.
class TemporaryDirectory {
 public:
  // Throws TemporaryDirectoryError if it cannot be created.
  TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }

 private:
  Leftover folder_;
};

}  // namespace spindle
