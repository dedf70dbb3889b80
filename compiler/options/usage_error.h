// Wrong usage: what an option says cannot be meant. Exit code 2.
#pragma once

#include <stdexcept>
#include <string>

namespace spindle {

// Thrown while options are read, before anything is done. "--ram: 'abc' is no size", and what to
// write instead; an empty help says nothing.
class UsageError : public std::runtime_error {
 public:
  UsageError(const std::string& option, const std::string& text, std::string help = {})
      : std::runtime_error(option + ": " + text), help_(std::move(help)) {}

  [[nodiscard]] const std::string& help() const { return help_; }

 private:
  std::string help_;
};

}  // namespace spindle
