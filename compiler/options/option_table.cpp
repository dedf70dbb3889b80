#include "compiler/options/option_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "compiler/ir/diagnostics.h"
#include "compiler/options/option_lists.h"

namespace spindle {
namespace {

constexpr std::array kCommandTable{
    CommandSpec{.command = Command::kCompile,
                .name = "compile",
                .help = "Write C or objects for models",
                .details = "Writes one flat folder with the code, the weights, the runtime files "
                           "that they use, and the plan. Nothing is written if anything fails.",
                .example = "spindle compile model.onnx --target=cortex-m7 --ram=256K -o generated"},
    CommandSpec{.command = Command::kPlan,
                .name = "plan",
                .help = "Show the memory plan of a model",
                .details = "Shows which buffers are alive when, where they lie in the arena, and "
                           "what less memory would cost.",
                .example = "spindle plan model.onnx --target=cortex-m7 --ram=96K"},
    CommandSpec{.command = Command::kInspect,
                .name = "inspect",
                .help = "Show layers, work, parameters and blocks of a model",
                .details = "Shows the graph that is left after all passes, with shapes in NHWC "
                           "order.",
                .example = "spindle inspect model.onnx --format=json"},
    CommandSpec{.command = Command::kRun,
                .name = "run",
                .help = "Run a model on this machine",
                .details = "Runs the model in this process, with the kernels built into Spindle, "
                           "and prints the best classes, or what was detected.",
                .example = "spindle run model.onnx --input=picture.png --mean=127.5 --std=127.5 "
                           "--labels=labels.txt"},
    CommandSpec{
        .command = Command::kVerify,
        .name = "verify",
        .help = "Run the compiled model under emulation and compare",
        .details = "Builds the generated code for the target, runs it under QEMU, and "
                   "compares its outputs with the reference interpreter's.",
        .example = "spindle verify model.onnx --target=cortex-m7 --input=picture.png --count"},
    CommandSpec{
        .command = Command::kQuantize,
        .name = "quantize",
        .help = "Make an int8 model of a float model",
        .details = "Runs the float model on your pictures, chooses scales, and writes an ONNX file "
                   "with QuantizeLinear and DequantizeLinear that every command and ONNX Runtime "
                   "take. Prints the scale and the error of each layer.",
        .example = "spindle quantize float.onnx --calibration=pictures --mean=127.5 --std=127.5 "
                   "-o int8.onnx"},
    CommandSpec{.command = Command::kTargets,
                .name = "targets",
                .help = "List the targets",
                .details = "Lists the cores that Spindle compiles for, and what emulates them.",
                .example = "spindle targets --format=json"},
    CommandSpec{.command = Command::kHelp,
                .name = "help",
                .help = "Describe a command and its options",
                .details = "Says more than `spindle COMMAND --help`, which lists the options.",
                .example = "spindle help plan --format=man"},
    CommandSpec{.command = Command::kCompletions,
                .name = "completions",
                .help = "Print completions for a shell",
                .details =
                    "For bash, `source <(spindle completions bash)`; for fish, `spindle "
                    "completions fish | source`; for zsh, write them to a file `_spindle` in "
                    "a folder of `fpath`. An installed Spindle has them already.",
                .example = "spindle completions bash -o spindle.bash"},
};

constexpr std::array kGlobalOptions{
    GlobalOption{.name = "--help", .letter = "-h", .help = "List the commands"},
    GlobalOption{.name = "--version", .letter = "", .help = "Print the version of Spindle"},
};

constexpr std::array kExitStatuses{
    ExitStatus{.codes = "0", .meaning = "done"},
    ExitStatus{.codes = "1",
               .meaning = "the model or the plan cannot be had; a diagnostic says why"},
    ExitStatus{.codes = "2", .meaning = "wrong usage"},
    ExitStatus{.codes = "3", .meaning = "`verify` found a mismatch"},
    ExitStatus{.codes = "70", .meaning = "a bug in Spindle"},
    ExitStatus{.codes = "129, 130, 143",
               .meaning = "as a shell sees it: SIGHUP, SIGINT, SIGTERM ended it"},
};

std::vector<OptionSpec> make_options() {
  std::vector<OptionSpec> options;
  for (auto* part :
       {&model_option_list, &writing_option_list, &running_option_list, &quantize_option_list}) {
    for (OptionSpec& option : part()) options.push_back(std::move(option));
  }
  return options;
}

std::string relation_text(const OptionRelation& relation) {
  if (relation.values.empty()) return fmt::format("`{}`", relation.option);
  std::vector<std::string> values;
  for (std::string_view value : relation.values) {
    values.push_back(fmt::format("`{}={}`", relation.option, value));
  }
  if (values.size() == 1) return values[0];
  return fmt::format("{} or {}", fmt::join(values.begin(), values.end() - 1, ", "), values.back());
}

}  // namespace

std::span<const CommandSpec> all_commands() {
  return kCommandTable;
}

std::span<const OptionSpec> all_options() {
  static const std::vector<OptionSpec> options = make_options();
  return options;
}

std::span<const GlobalOption> global_options() {
  return kGlobalOptions;
}

std::span<const ExitStatus> exit_statuses() {
  return kExitStatuses;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const CommandSpec& command : kCommandTable) names.emplace_back(command.name);
  return names;
}

const CommandSpec* find_command(std::string_view name) {
  const auto* found = std::find_if(kCommandTable.begin(), kCommandTable.end(),
                                   [&](const CommandSpec& c) { return c.name == name; });
  return found == kCommandTable.end() ? nullptr : found;
}

const CommandSpec& spec_of(Command command) {
  const auto* found = std::find_if(kCommandTable.begin(), kCommandTable.end(),
                                   [&](const CommandSpec& c) { return c.command == command; });
  check_internal(found != kCommandTable.end(), "a command is not in the table of commands");
  return *found;
}

std::vector<const OptionSpec*> options_of(Command command) {
  std::vector<const OptionSpec*> found;
  for (const OptionSpec& option : all_options()) {
    if (option.commands.contains(command)) found.push_back(&option);
  }
  // Arguments come first, then the options by group: the command's own, then the shared ones.
  std::stable_sort(found.begin(), found.end(), [](const OptionSpec* a, const OptionSpec* b) {
    return std::pair(!a->positional(), a->group) < std::pair(!b->positional(), b->group);
  });
  return found;
}

std::vector<const OptionSpec*> options_of(Command command, OptionGroup group) {
  std::vector<const OptionSpec*> found = options_of(command);
  std::erase_if(found, [&](const OptionSpec* option) { return option->group != group; });
  return found;
}

std::string_view group_title(OptionGroup group) {
  switch (group) {
    case OptionGroup::kOwn:
      return "Options";
    case OptionGroup::kModel:
      return "Options of the model";
    case OptionGroup::kPlan:
      return "Options of the plan";
    case OptionGroup::kPicture:
      return "Options of pictures";
    case OptionGroup::kDebugging:
      return "Debugging";
    case OptionGroup::kGeneral:
      return "General";
  }
  throw InternalError("a group of options has no title");
}

std::string value_text(const OptionSpec& option) {
  if (option.values == Values::kNone) return "";
  return option.value.empty() ? fmt::format("{}", fmt::join(option.choices, "|"))
                              : std::string(option.value);
}

std::string rules_text(const OptionSpec& option) {
  std::vector<std::string> rules;
  for (const OptionRelation& relation : option.needs) {
    rules.push_back(fmt::format("It needs {}.", relation_text(relation)));
  }
  for (const OptionRelation& relation : option.excludes) {
    rules.push_back(fmt::format("It cannot be used with {}.", relation_text(relation)));
  }
  if (!option.negation.empty())
    rules.push_back(fmt::format("`{}` is the default.", option.negation));
  if (!option.initial.empty()) rules.push_back(fmt::format("The default is `{}`.", option.initial));
  return fmt::format("{}", fmt::join(rules, " "));
}

}  // namespace spindle
