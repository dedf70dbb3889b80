// The one definition of commands and their options. Parsing (option_parser.h), checks
// (option_checks.h), help, manual pages, docs/commands.md (manual.h) and completions of shells
// (completions.h) all come from these tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/options/command_line.h"

namespace spindle {

// A set of commands.
class CommandSet {
 public:
  CommandSet(std::initializer_list<Command> commands) {
    for (Command command : commands) bits_ |= bit(command);
  }
  [[nodiscard]] bool contains(Command command) const { return (bits_ & bit(command)) != 0; }

 private:
  static unsigned bit(Command command) { return 1U << static_cast<unsigned>(command); }
  unsigned bits_ = 0;
};

// How often an option may be given, and how many values it takes each time.
enum class Values : std::uint8_t {
  kNone,    // a flag
  kOne,     // once, with one value
  kEach,    // any number of times, with one value each
  kCommas,  // any number of times, with values between commas
  kMany,    // any number of times, with any number of words
};

// What a value names, for completions.
enum class ValueKind : std::uint8_t { kText, kFile, kFolder };

// Headings under which options are listed.
enum class OptionGroup : std::uint8_t { kOwn, kModel, kPlan, kPicture, kDebugging, kGeneral };

// Another option that must be given too, or must not be.
struct OptionRelation {
  std::string_view option;                    // the other one
  std::vector<std::string_view> values = {};  // with one of these; empty: with any
  std::string_view why;                       // what an error says
  std::string_view help = {};                 // what to do instead
};

struct OptionRange {
  double least = 0;
  double most = std::numeric_limits<double>::infinity();
};

using OptionStore = std::variant<bool CommandLine::*, int CommandLine::*, double CommandLine::*,
                                 std::string CommandLine::*, std::filesystem::path CommandLine::*,
                                 std::vector<std::string> CommandLine::*,
                                 std::vector<std::filesystem::path> CommandLine::*>;

struct OptionSpec {
  std::string_view name;           // "--ram"; an argument without dashes is called "MODEL.onnx"
  std::string_view letter = {};    // "-o"; empty: it has none
  std::string_view negation = {};  // of a flag: the one that says the opposite, "--no-jit"
  std::string_view value = {};     // what help calls its value; empty: its choices
  CommandSet commands;
  OptionGroup group = OptionGroup::kOwn;
  std::string_view help;          // one line without a full stop
  std::string_view details = {};  // whole sentences that follow it; `code` is in backticks
  std::string_view page = {};     // of docs/, which says more: "memory.md"
  Values values = Values::kOne;
  ValueKind kind = ValueKind::kText;
  std::vector<std::string_view> suffixes = {};  // of files it takes: ".onnx"; empty: any
  std::vector<std::string> choices = {};
  bool other_values = false;  // `choices` are not all that it takes
  bool required = false;
  std::string_view initial = {};  // its value where it is not given
  OptionRange range = {};         // of its number
  std::vector<OptionRelation> needs = {};
  std::vector<OptionRelation> excludes = {};
  OptionStore store;

  [[nodiscard]] bool positional() const { return !name.starts_with('-'); }
};

struct CommandSpec {
  Command command;
  std::string_view name;     // as it is typed
  std::string_view help;     // one line without a full stop
  std::string_view details;  // whole sentences
  std::string_view example;  // a whole command line
};

// What stands instead of a command.
struct GlobalOption {
  std::string_view name;    // "--version"
  std::string_view letter;  // "-h"; empty: it has none
  std::string_view help;    // one line without a full stop
};

struct ExitStatus {
  std::string_view codes;
  std::string_view meaning;
};

// In the order of help.
[[nodiscard]] std::span<const CommandSpec> all_commands();
[[nodiscard]] std::span<const OptionSpec> all_options();
[[nodiscard]] std::span<const GlobalOption> global_options();
[[nodiscard]] std::span<const ExitStatus> exit_statuses();

// The names that commands are typed as.
[[nodiscard]] std::vector<std::string> command_names();
// Null if there is no such command.
[[nodiscard]] const CommandSpec* find_command(std::string_view name);
[[nodiscard]] const CommandSpec& spec_of(Command command);

// Those of a command, arguments first; those of a group.
[[nodiscard]] std::vector<const OptionSpec*> options_of(Command command);
[[nodiscard]] std::vector<const OptionSpec*> options_of(Command command, OptionGroup group);

// "Options of the plan".
[[nodiscard]] std::string_view group_title(OptionGroup group);

// What help shows for the value: `value`, or the choices as "text|json"; empty for a flag.
[[nodiscard]] std::string value_text(const OptionSpec& option);

// Whole sentences on what is true of the option besides its help: default, what it needs, and what
// it excludes.
[[nodiscard]] std::string rules_text(const OptionSpec& option);

}  // namespace spindle
