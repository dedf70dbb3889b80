// File names for tensors and the like, whose names may contain any characters.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace spindle {

// Returns a different file name for each call, for files in the same folder. Letters, digits, '.',
// '-' and '_' stay, any other character becomes '_', and at most 200 characters are kept. If the
// file name was returned before, in upper or lower case (some file systems do not tell them apart),
// _1, _2, ... is appended.
class FileNames {
 public:
  // `extension` includes the dot.
  [[nodiscard]] std::string operator()(std::string_view name, std::string_view extension);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace spindle
