#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/options/completions.h"
#include "compiler/options/option_table.h"

namespace spindle {
namespace {

constexpr const char* kZshHead = R"(#compdef spindle
# zsh completion for spindle, written by `spindle completions zsh`.

_spindle() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  _arguments -C \
)";

// `*::` changes the words that the inner _arguments sees: they begin with the command's name.
constexpr const char* kZshCommands = R"(    '1:command:->command' \
    '*::argument:->argument' && return
  case $state in
    command)
      local -a commands
      commands=(
)";

constexpr const char* kZshTail = R"(      esac
      ;;
  esac
}

# As a file of fpath this is the function's body; sourced, it registers the function.
if [[ "$funcstack[1]" == _spindle ]]; then
  _spindle "$@"
else
  compdef _spindle spindle
fi
)";

// Escapes text for a specification of _arguments in single quotes. There, colons and brackets
// separate the parts.
std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += R"('\'')";
      continue;
    }
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// The action that completes the value: a function with its arguments, a list of words in
// parentheses, or " " if nothing can be offered.
std::string zsh_action(const OptionSpec& option) {
  if (option.kind == ValueKind::kFolder) return "_files -/";
  if (option.kind == ValueKind::kFile) {
    if (option.suffixes.empty()) return "_files";
    std::vector<std::string_view> endings;
    for (std::string_view suffix : option.suffixes) endings.push_back(suffix.substr(1));
    return endings.size() == 1 ? fmt::format("_files -g \"*.{}(-.)\"", endings[0])
                               : fmt::format("_files -g \"*.({})(-.)\"", fmt::join(endings, "|"));
  }
  if (option.choices.empty()) return " ";
  const std::string words = fmt::format("{}", fmt::join(option.choices, " "));
  return option.values == Values::kCommas ? fmt::format("_values -s , value {}", words)
                                          : fmt::format("({})", words);
}

std::string zsh_value(const OptionSpec& option) {
  if (option.values == Values::kNone) return "";
  const std::string name = option.value.empty() ? "value" : std::string(option.value);
  return fmt::format(":{}:{}", zsh_escaped(name), zsh_action(option));
}

// The specification of an option: "'--ram=[Most bytes of the arena]:SIZE: '". An option with a
// letter has both spellings in braces.
std::string zsh_option(const OptionSpec& option) {
  const bool flag = option.values == Values::kNone;
  const bool once = flag || option.values == Values::kOne;
  const std::string tail = fmt::format("[{}]{}'", zsh_escaped(option.help), zsh_value(option));
  const std::string equals = flag ? "" : "=";
  if (option.letter.empty()) {
    return fmt::format("'{}{}{}{}", once ? "" : "*", option.name, equals, tail);
  }
  return fmt::format("'({0} {1})'{{{0}{2},{1}{3}}}'{4}", option.letter, option.name,
                     flag ? "" : "+", equals, tail);
}

std::string zsh_argument(const OptionSpec& option) {
  return fmt::format("'{}:{}:{}'",
                     option.values == Values::kMany ? "*"
                     : option.required              ? "1"
                                                    : "1:",
                     zsh_escaped(option.name), zsh_action(option));
}

std::string command_case(const CommandSpec& command) {
  std::string out = fmt::format("        {})\n          _arguments", command.name);
  for (const OptionSpec* option : options_of(command.command)) {
    out += fmt::format(" \\\n            {}",
                       option->positional() ? zsh_argument(*option) : zsh_option(*option));
    if (!option->negation.empty()) out += fmt::format(" \\\n            '{}'", option->negation);
    // Further values of an option that takes any number of words.
    if (!option->positional() && option->values == Values::kMany) {
      out += fmt::format(" \\\n            '*:{}:{}'", zsh_escaped(option->value),
                         zsh_action(*option));
    }
  }
  return out + "\n          ;;\n";
}

}  // namespace

std::string zsh_completions() {
  std::string out = kZshHead;
  for (const GlobalOption& option : global_options()) {
    out += fmt::format("    '(- *){}[{}]' \\\n", option.name, zsh_escaped(option.help));
  }
  out += kZshCommands;
  for (const CommandSpec& command : all_commands()) {
    out += fmt::format("        '{}:{}'\n", command.name, zsh_escaped(command.help));
  }
  out +=
      "      )\n      _describe -t commands command commands\n      ;;\n"
      "    argument)\n      case $line[1] in\n";
  for (const CommandSpec& command : all_commands()) out += command_case(command);
  return out + kZshTail;
}

}  // namespace spindle
