// The only definition of the commands and their options. Parsing with its checks (option_parser.h),
// help, man pages, docs/commands.md (manual.h) and shell completions (completions.h) all use these
// tables.
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

// What a value is, for completions: any text, a file or a folder.
enum class ValueKind : std::uint8_t { kText, kFile, kFolder };

// The headings under which help lists the options.
enum class OptionGroup : std::uint8_t { kOwn, kModel, kPlan, kPicture, kDebugging, kGeneral };

// A relation to another option: OptionSpec::needs or OptionSpec::excludes.
struct OptionRelation {
  std::string_view option;                    // the other option: "--emit"
  std::vector<std::string_view> values = {};  // holds for one of these values; empty: for any
  std::string_view why;                       // the text of the error
  std::string_view help = {};                 // what the error tells the user to do instead
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
  std::string_view negation = {};  // for a flag, the flag that switches it off: "--no-jit"
  std::string_view value = {};     // help's word for the value: "SIZE"; empty: lists the choices
  CommandSet commands;
  OptionGroup group = OptionGroup::kOwn;
  std::string_view help;          // one line without a full stop
  std::string_view details = {};  // whole sentences that follow `help`, with `code` in backticks
  std::string_view page = {};     // the file in docs/ that says more: "memory.md"
  Values values = Values::kOne;
  ValueKind kind = ValueKind::kText;
  std::vector<std::string_view> suffixes = {};  // of files that completions offer; empty: any
  std::vector<std::string> choices = {};
  bool other_values = false;  // values outside `choices` are allowed too
  bool required = false;
  std::string_view initial = {};  // the default value; empty: there is none
  OptionRange range = {};         // allowed values of a number, both ends included
  std::vector<OptionRelation> needs = {};
  std::vector<OptionRelation> excludes = {};
  OptionStore store;

  [[nodiscard]] bool positional() const { return !name.starts_with('-'); }
};

struct CommandSpec {
  Command command;
  std::string_view name;     // as the user types it: "plan"
  std::string_view help;     // one line without a full stop
  std::string_view details;  // whole sentences
  std::string_view example;  // a whole command line
};

// An option that is used in place of a command: `spindle --version`.
struct GlobalOption {
  std::string_view name;    // "--version"
  std::string_view letter;  // "-h"; empty: it has none
  std::string_view help;    // one line without a full stop
};

struct ExitStatus {
  std::string_view codes;
  std::string_view meaning;
};

// The tables. Their order is the order in help.
[[nodiscard]] std::span<const CommandSpec> all_commands();
[[nodiscard]] std::span<const OptionSpec> all_options();
[[nodiscard]] std::span<const GlobalOption> global_options();
[[nodiscard]] std::span<const ExitStatus> exit_statuses();

// The names of all commands, as the user types them.
[[nodiscard]] std::vector<std::string> command_names();
// The command of that name; null if there is none.
[[nodiscard]] const CommandSpec* find_command(std::string_view name);
[[nodiscard]] const CommandSpec& spec_of(Command command);

// The options of a command, arguments first. With `group`, only those of that group.
[[nodiscard]] std::vector<const OptionSpec*> options_of(Command command);
[[nodiscard]] std::vector<const OptionSpec*> options_of(Command command, OptionGroup group);

// The heading, for example "Options of the plan".
[[nodiscard]] std::string_view group_title(OptionGroup group);

// Help's word for the value: OptionSpec::value, or else the choices as "text|json". Empty for a
// flag.
[[nodiscard]] std::string value_text(const OptionSpec& option);

// Whole sentences on the options that this one needs and excludes, and on its default: "It needs
// `--count`. The default is `5`." Empty if there is nothing to say.
[[nodiscard]] std::string rules_text(const OptionSpec& option);

}  // namespace spindle
