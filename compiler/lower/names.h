// Names in generated code.
#pragma once

#include <set>
#include <string>

namespace spindle {

// `text` as a C identifier: other characters become '_', a leading digit is prefixed.
[[nodiscard]] std::string c_identifier(const std::string& text);

// Gives each wish a C identifier that it has not given before.
class UniqueNames {
 public:
  std::string operator()(const std::string& wish);

 private:
  std::set<std::string> taken_;
};

}  // namespace spindle
