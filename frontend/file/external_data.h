// Tensor data in files of their own, next to the model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "frontend/file/budget.h"

namespace spindle::frontend {

// Reads within one folder only: absolute paths, ".." and symbolic links that lead outside are
// refused.
class ExternalData {
 public:
  // An empty `folder` refuses all external data. `budget` must outlive this; it grows with each
  // file opened and is charged for what is read.
  ExternalData(std::filesystem::path folder, Budget& budget)
      : folder_(std::move(folder)), budget_(&budget) {}

  // Reads `length` bytes from `offset` of the file `location` (relative to the folder). Throws an
  // ImportFailure (E0106) if the location is outside of the folder, or the file is not a regular
  // one, has more than 256 MiB, or is too short.
  [[nodiscard]] std::vector<std::byte> read(const std::string& location, std::int64_t offset,
                                            std::int64_t length);

 private:
  struct File {
    std::filesystem::path path;
    std::int64_t size;
  };
  const File& open(const std::string& location);

  std::filesystem::path folder_;
  Budget* budget_;
  std::map<std::string, File> files_;     // already checked, by location
  std::set<std::filesystem::path> paid_;  // files for which the budget has grown
};

}  // namespace spindle::frontend
