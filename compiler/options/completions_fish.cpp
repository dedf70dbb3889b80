#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/options/completions.h"
#include "compiler/options/option_table.h"

namespace spindle {
namespace {

constexpr const char* kFishHead =
    R"(# fish completion for spindle, written by `spindle completions fish`.

# Whether the command is the one given.
function __spindle_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]
end

function __spindle_has_no_command
    test (count (commandline -opc)) -eq 1
end

complete -c spindle -f
)";

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// The arguments of `complete` that describe the option's value.
std::string fish_value(const OptionSpec& option) {
  if (option.kind == ValueKind::kFolder) return " -x -a '(__fish_complete_directories)'";
  if (option.kind == ValueKind::kFile) return " -r -F";
  if (option.choices.empty()) return " -x";
  if (option.values != Values::kCommas) {
    return fmt::format(" -x -a {}", fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  }
  return fmt::format(" -x -a {}",
                     fish_quoted(fmt::format(R"x((__fish_complete_list , "printf '%s\n' {}"))x",
                                             fmt::join(option.choices, " "))));
}

std::string fish_option(const CommandSpec& command, const OptionSpec& option) {
  std::string out = fmt::format("complete -c spindle -n '__spindle_is {}'", command.name);
  if (!option.letter.empty()) out += fmt::format(" -s {}", option.letter.substr(1));
  out += fmt::format(" -l {}", option.name.substr(2));
  if (option.values != Values::kNone) out += fish_value(option);
  return out + fmt::format(" -d {}\n", fish_quoted(option.help));
}

// Completes words that are not options: a command's arguments, such as "MODEL.onnx". The same rule
// offers files for the second and later values of an option that takes any number of words.
std::string fish_argument(const CommandSpec& command, const OptionSpec& option) {
  std::string out = fmt::format("complete -c spindle -n '__spindle_is {}'", command.name);
  if (option.kind == ValueKind::kFile) return out + " -F\n";
  return out +
         fmt::format(" -a {}\n", fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
}

}  // namespace

std::string fish_completions() {
  std::string out = kFishHead;
  for (const CommandSpec& command : all_commands()) {
    out += fmt::format("complete -c spindle -n __spindle_has_no_command -a {} -d {}\n",
                       command.name, fish_quoted(command.help));
  }
  for (const GlobalOption& option : global_options()) {
    out += fmt::format("complete -c spindle -n __spindle_has_no_command -l {} -d {}\n",
                       option.name.substr(2), fish_quoted(option.help));
  }
  for (const CommandSpec& command : all_commands()) {
    out += '\n';
    for (const OptionSpec* option : options_of(command.command)) {
      if (option->positional()) {
        out += fish_argument(command, *option);
        continue;
      }
      out += fish_option(command, *option);
      if (option->negation.empty()) continue;
      out += fmt::format("complete -c spindle -n '__spindle_is {}' -l {}\n", command.name,
                         option->negation.substr(2));
    }
  }
  return out;
}

}  // namespace spindle
