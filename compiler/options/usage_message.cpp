#include "compiler/options/usage_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/support/nearest.h"

namespace spindle {
namespace {

std::string names_of_commands() {
  return fmt::format("one of {}", fmt::join(command_names(), ", "));
}

}  // namespace

std::string usage_message(const UsageError& error, const CommandSpec* command) {
  std::string text = fmt::format("error: {}\n", error.what());
  if (!error.help().empty()) text += fmt::format("   = help: {}\n", error.help());
  const std::string name = command == nullptr ? "" : fmt::format("{} ", command->name);
  return text + fmt::format("   = help: `spindle {}--help` lists what there is\n", name);
}

const CommandSpec& command_from(const std::string& word) {
  if (const CommandSpec* command = find_command(word)) return *command;
  if (word.starts_with('-')) {
    const std::string meant = did_you_mean(word, {"--help", "--version"});
    throw UsageError(word.substr(0, word.find('=')), "there is no such option before a command",
                     meant.empty() ? "options follow the command: spindle plan MODEL.onnx "
                                     "--ram=64K"
                                   : meant);
  }
  const std::string meant = did_you_mean(word, command_names());
  throw UsageError(word, "there is no such command", meant.empty() ? names_of_commands() : meant);
}

UsageError no_command() {
  return {"spindle", "no command is given", names_of_commands()};
}

}  // namespace spindle
