// The exception for a wrong command line. The process then ends with exit code 2.
#pragma once

#include <stdexcept>
#include <string>

namespace spindle {

// Thrown while options are read, before the command begins. The message is "OPTION: TEXT", for
// example "--dim: 'abc' is not NAME=N with N > 0". `help` says what to write instead, or is empty.
class UsageError : public std::runtime_error {
 public:
  UsageError(const std::string& option, const std::string& text, std::string help = {})
      : std::runtime_error(option + ": " + text), help_(std::move(help)) {}

  [[nodiscard]] const std::string& help() const { return help_; }

 private:
  std::string help_;
};

}  // namespace spindle
