// A temporary folder that cleans up after itself.
#pragma once

#include <filesystem>

namespace spindle {

// A private folder under TMPDIR (or /tmp), removed with all it holds by the destructor.
class TemporaryDirectory {
 public:
  // Throws std::filesystem::filesystem_error if it cannot be created.
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace spindle
