// Names of files for what a model calls by names of any characters.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace spindle {

// Gives each name a file name of one folder: letters, digits, '.', '-' and '_' stay, any other
// character is '_'; a name of more than 200 characters is cut. What would be the name of a file
// given before, in this or another case (some file systems do not tell them apart), gets _1, _2,
// ...
class FileNames {
 public:
  // `extension` with its dot.
  [[nodiscard]] std::string operator()(std::string_view name, std::string_view extension);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace spindle
