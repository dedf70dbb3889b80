#include "compiler/driver/usage_message.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

#include "compiler/support/nearest.h"

namespace spindle {
namespace {

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// "The following argument was not expected: --rum=12"
UsageError unexpected(const std::string& text, const CLI::App& command) {
  const std::size_t colon = text.find(": ");
  const std::string rest = colon == std::string::npos ? text : text.substr(colon + 2);
  const std::string word = rest.substr(0, rest.find_first_of(" ="));
  if (!word.starts_with('-')) {
    return {word, "one word too many", "options have dashes: --target=cortex-m7"};
  }
  const auto meant = nearest(word, option_names(command));
  return {word, "there is no such option", meant ? fmt::format("{} may be meant", *meant) : ""};
}

// What the parser says, in our words where its own leave open what to do.
UsageError translated(const CLI::Error& error, const CLI::App& command) {
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected(text, command);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    if (name == "model") return {"MODEL.onnx", "no model is given"};
    return {name, "missing, and needed"};
  }
  if (text.find("At Most 1 required") != std::string::npos) {
    return {name, "given more than once", "leave all but one away"};
  }
  if (text.ends_with(" missing")) return {name, "needs a value"};
  if (const std::size_t at = text.find(" excludes "); at != std::string::npos) {
    return {text.substr(0, at), "not together with " + text.substr(at + 10)};
  }
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    const std::size_t equals = text.find(" = ");
    const std::string value = equals == std::string::npos ? text : text.substr(equals + 3);
    const std::size_t dashes = text.find("--");
    const std::string option = dashes == std::string::npos || dashes > equals
                                   ? name
                                   : text.substr(dashes, equals - dashes);
    return {option, fmt::format("'{}' is no number that it takes", value)};
  }
  const std::size_t colon = text.find(": ");
  if (colon == std::string::npos) return {"options", text};
  return {text.substr(0, colon), text.substr(colon + 2)};
}

}  // namespace

std::string usage_message(const UsageError& error, const CLI::App& command) {
  std::string text = fmt::format("error: {}\n", error.what());
  if (!error.help().empty()) text += fmt::format("   = help: {}\n", error.help());
  const bool chosen = command.get_parent() != nullptr;
  return text + fmt::format("   = help: `spindle {}--help` lists what there is\n",
                            chosen ? command.get_name() + " " : "");
}

std::string usage_message(const CLI::Error& error, const CLI::App& command) {
  return usage_message(translated(error, command), command);
}

void check_command(const CLI::App& app, int argc, const char* const* argv) {
  const std::vector<std::string> names = command_names(app);
  const std::string all = fmt::format("one of {}", fmt::join(names, ", "));
  if (argc < 2) throw UsageError("spindle", "no command is given", all);
  const std::string word = argv[1];
  if (word.starts_with('-')) return;
  for (const std::string& name : names) {
    if (name == word) return;
  }
  throw UsageError(word, "there is no such command", all);
}

}  // namespace spindle
