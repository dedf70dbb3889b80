#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/options/completions.h"
#include "compiler/options/option_table.h"

namespace spindle {
namespace {

// The functions that do not depend on the table of options. Readline splits "--format=json" into
// three words at '=', unless the user has removed '=' from COMP_WORDBREAKS. Both cases must work.
constexpr const char* kBashFunctions =
    R"(# bash completion for spindle, written by `spindle completions bash`.

# Those of WORDS that begin with what was typed.
_spindle_words() { # WORDS...
  local word
  for word; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$prefix$word")
  done
}

# The same for the last of several values between commas.
_spindle_list() { # WORDS...
  if [[ $current == *,* ]]; then
    prefix+=${current%,*},
    current=${current##*,}
  fi
  _spindle_words "$@"
}

# Folders, and files of one of the suffixes; all files without suffixes.
_spindle_files() { # SUFFIXES...
  local name suffix
  while IFS= read -r name; do
    if [[ -d $name ]]; then
      COMPREPLY+=("$prefix$name${prefix:+/}")
    elif (($# == 0)); then
      COMPREPLY+=("$prefix$name")
    else
      for suffix; do
        [[ ${name,,} == *"$suffix" ]] && COMPREPLY+=("$prefix$name")
      done
    fi
  done < <(compgen -f -- "$current")
  _spindle_path_replies
}

_spindle_folders() {
  local name
  while IFS= read -r name; do
    COMPREPLY+=("$prefix$name${prefix:+/}")
  done < <(compgen -d -- "$current")
  _spindle_path_replies
}

# Readline quotes names and marks folders itself, unless an option stands in front. Where nothing was
# found it completes files as usual.
_spindle_path_replies() {
  if [[ -n $prefix ]]; then
    compopt -o nospace 2>/dev/null
  else
    compopt -o filenames -o default 2>/dev/null
  fi
}

)";

constexpr const char* kBashMain = R"(
# The option that the current word is a value of, where it takes any number of words.
_spindle_many_before() {
  local i
  for ((i = COMP_CWORD - 1; i > 1; i--)); do
    [[ ${COMP_WORDS[i]} == -* ]] || continue
    _spindle_takes_many "$command" "${COMP_WORDS[i]}" && option=${COMP_WORDS[i]}
    return
  done
}

_spindle() {
  COMPREPLY=()
  compopt +o default 2>/dev/null
  local current=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]-} option='' prefix=''
  if ((COMP_CWORD == 1)); then
    _spindle_commands
    return
  fi
  local before=${COMP_WORDS[COMP_CWORD - 1]}
  if [[ $current == --*=* ]]; then
    option=${current%%=*}
    prefix=$option=
    current=${current#*=}
  elif [[ $current == '=' ]]; then
    option=$before
    current=''
  elif [[ $before == '=' ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $current == -* ]]; then
    _spindle_options
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
    return
  elif [[ $before == -* ]]; then
    option=$before
  fi
  [[ -n $option ]] && _spindle_value && return
  option=''
  _spindle_many_before
  if [[ -n $option ]]; then
    _spindle_value
  else
    _spindle_arguments
  fi
}

complete -o default -F _spindle spindle
)";

std::string bash_quoted(std::string_view text) {
  return fmt::format("'{}'", text);
}

// The shell command that completes a value of the option; ":" if nothing can be offered.
std::string value_call(const OptionSpec& option) {
  if (option.kind == ValueKind::kFolder) return "_spindle_folders";
  if (option.kind == ValueKind::kFile) {
    std::string call = "_spindle_files";
    for (std::string_view suffix : option.suffixes) call += fmt::format(" {}", bash_quoted(suffix));
    return call;
  }
  if (option.choices.empty()) return ":";
  std::string call = option.values == Values::kCommas ? "_spindle_list" : "_spindle_words";
  for (const std::string& choice : option.choices) call += fmt::format(" {}", bash_quoted(choice));
  return call;
}

std::string commands_function() {
  std::string out = "_spindle_commands() {\n  _spindle_words";
  for (const CommandSpec& command : all_commands()) out += fmt::format(" {}", command.name);
  for (const GlobalOption& option : global_options()) out += fmt::format(" {}", option.name);
  return out + "\n}\n\n";
}

std::string options_function() {
  std::string out = "_spindle_options() {\n  case $command in\n";
  for (const CommandSpec& command : all_commands()) {
    out += fmt::format("    {})\n      _spindle_words", command.name);
    for (const OptionSpec* option : options_of(command.command)) {
      if (option->positional()) continue;
      out += fmt::format(" {}{}", option->name, option->values == Values::kNone ? "" : "=");
      if (!option->negation.empty()) out += fmt::format(" {}", option->negation);
    }
    out += "\n      ;;\n";
  }
  return out + "  esac\n}\n\n";
}

std::string arguments_function() {
  std::string out = "_spindle_arguments() {\n  case $command in\n";
  for (const CommandSpec& command : all_commands()) {
    for (const OptionSpec* option : options_of(command.command)) {
      if (!option->positional()) continue;
      out += fmt::format("    {}) {} ;;\n", command.name, value_call(*option));
    }
  }
  return out + "  esac\n}\n\n";
}

std::string patterns(std::string_view command, const OptionSpec& option) {
  std::string out = bash_quoted(fmt::format("{} {}", command, option.name));
  if (!option.letter.empty())
    out += " | " + bash_quoted(fmt::format("{} {}", command, option.letter));
  return out;
}

std::string value_function() {
  std::string out =
      "# Completes a value of `option`; fails if it takes none.\n"
      "_spindle_value() {\n  case \"$command $option\" in\n";
  for (const CommandSpec& command : all_commands()) {
    for (const OptionSpec* option : options_of(command.command)) {
      if (option->positional() || option->values == Values::kNone) continue;
      out += fmt::format("    {}) {} ;;\n", patterns(command.name, *option), value_call(*option));
    }
  }
  return out + "    *) return 1 ;;\n  esac\n  return 0\n}\n\n";
}

std::string many_function() {
  std::string out = "_spindle_takes_many() { # COMMAND OPTION\n  case \"$1 $2\" in\n";
  for (const CommandSpec& command : all_commands()) {
    for (const OptionSpec* option : options_of(command.command)) {
      if (option->positional() || option->values != Values::kMany) continue;
      out += fmt::format("    {}) return 0 ;;\n", patterns(command.name, *option));
    }
  }
  return out + "  esac\n  return 1\n}\n";
}

}  // namespace

std::string bash_completions() {
  return kBashFunctions + commands_function() + options_function() + arguments_function() +
         value_function() + many_function() + kBashMain;
}

}  // namespace spindle
