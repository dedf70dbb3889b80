#include "compiler/options/option_lists.h"
#include "compiler/target/target.h"

namespace spindle {
namespace {

std::vector<std::string> target_choices() {
  std::vector<std::string> choices;
  for (const Target& target : targets()) choices.emplace_back(target.name);
  return choices;
}

void add_target_options(std::vector<OptionSpec>& options) {
  // `other_values` is set because compile_model reports unknown targets (E0401), not the parser.
  options.push_back({.name = "--target",
                     .value = "TARGET",
                     .commands = {Command::kCompile, Command::kVerify},
                     .help = "The core that the code is for",
                     .details = "`spindle targets` lists the names.",
                     .choices = target_choices(),
                     .other_values = true,
                     .required = true,
                     .store = &CommandLine::target});
  options.push_back({.name = "--target",
                     .value = "TARGET",
                     .commands = {Command::kPlan},
                     .help = "The core that the plan is for",
                     .details = "`spindle targets` lists the names.",
                     .choices = target_choices(),
                     .other_values = true,
                     .initial = "host",
                     .store = &CommandLine::target});
}

void add_output_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--output",
                     .letter = "-o",
                     .value = "DIR",
                     .commands = {Command::kCompile},
                     .help = "Folder to write",
                     .details = "It is made if it does not exist. Files that Spindle did not write "
                                "are never touched.",
                     .kind = ValueKind::kFolder,
                     .required = true,
                     .store = &CommandLine::output});
  options.push_back({.name = "--output",
                     .letter = "-o",
                     .value = "FILE",
                     .commands = {Command::kPlan, Command::kHelp, Command::kCompletions},
                     .help = "File to write instead of stdout",
                     .kind = ValueKind::kFile,
                     .store = &CommandLine::output});
  options.push_back({.name = "--format",
                     .commands = {Command::kPlan},
                     .help = "Form of the plan",
                     .page = "plan-report.md",
                     .choices = {"text", "json", "html"},
                     .initial = "text",
                     .store = &CommandLine::format});
  options.push_back(
      {.name = "--format",
       .commands = {Command::kInspect, Command::kRun, Command::kVerify, Command::kTargets},
       .help = "Form of the result",
       .choices = {"text", "json"},
       .initial = "text",
       .store = &CommandLine::format});
  options.push_back({.name = "--format",
                     .commands = {Command::kHelp},
                     .help = "Form of the help",
                     .details = "`man` is a manual page in troff: `spindle help plan "
                                "--format=man | man -l -`.",
                     .choices = {"text", "man", "markdown"},
                     .initial = "text",
                     .store = &CommandLine::format});
}

void add_frontier_options(std::vector<OptionSpec>& options) {
  options.push_back({.name = "--pareto",
                     .commands = {Command::kPlan},
                     .help = "List the plans with less RAM and more work, down to the smallest one",
                     .values = Values::kNone,
                     .store = &CommandLine::pareto});
}

void add_compile_options(std::vector<OptionSpec>& options) {
  options.push_back(
      {.name = "--no-check",
       .commands = {Command::kCompile},
       .help = "Do not run the program here to compare it with the reference",
       .details =
           "Without this option every step of the target's program is compared on one input.",
       .values = Values::kNone,
       .store = &CommandLine::no_check});
  options.push_back({.name = "--name",
                     .value = "NAME,...",
                     .commands = {Command::kCompile},
                     .help = "Prefix of symbols and files, one for each model",
                     .details = "Without this option it is the file's name without its suffix.",
                     .values = Values::kCommas,
                     .store = &CommandLine::names});
  options.push_back(
      {.name = "--weights",
       .commands = {Command::kCompile},
       .help = "Weights as C, or as a .bin that assembly includes",
       .details = "`incbin` writes `NAME_weights.bin` with a `NAME_weights.S` that includes it. "
                  "It builds at once where a large `NAME_weights.c` takes seconds.",
       .choices = {"c", "incbin"},
       .initial = "c",
       .needs = {{.option = "--emit",
                  .values = {"c"},
                  .why = "it is only for generated C",
                  .help = "pass --emit=c too"}},
       .store = &CommandLine::weights});
  options.push_back(
      {.name = "--emit",
       .value = "FORM,...",
       .commands = {Command::kCompile},
       .help = "What to write: one or more of c, llvm-ir, bc, asm, obj",
       .details = "`NAME.h` and the plan come with each. Without `c` no C compiler is needed.",
       .page = "llvm.md",
       .values = Values::kCommas,
       .choices = {"c", "llvm-ir", "bc", "asm", "obj"},
       .initial = "c",
       .store = &CommandLine::emit});
  options.push_back(
      {.name = "--optimize",
       .value = "LEVEL",
       .commands = {Command::kCompile},
       .help = "How LLVM optimizes bc, asm and obj",
       .details = "One of `-O0`, `-O1`, `-O2`, `-O3` and `-Oz`.",
       .choices = {"-O0", "-O1", "-O2", "-O3", "-Oz"},
       .initial = "-O2",
       .needs = {{.option = "--emit",
                  .values = {"bc", "asm", "obj"},
                  .why = "it is only for the forms that LLVM optimizes: bc, asm and obj",
                  .help = "pass --emit=obj too; generated C is optimized by your compiler's "
                          "flags"}},
       .store = &CommandLine::optimize});
  options.push_back(
      {.name = "--weights-section",
       .value = "NAME",
       .commands = {Command::kCompile},
       .help = "Section of the weights in what LLVM writes",
       .needs = {{.option = "--emit",
                  .values = {"llvm-ir", "bc", "asm", "obj"},
                  .why = "it is only for the forms that LLVM writes",
                  .help = "pass --emit=obj too; in generated C, define SPINDLE_WEIGHTS_ATTR"}},
       .store = &CommandLine::weights_section});
}

void add_manual_options(std::vector<OptionSpec>& options) {
  std::vector<std::string> topics;
  for (std::string_view name : command_names()) topics.emplace_back(name);
  options.push_back({.name = "COMMAND",
                     .commands = {Command::kHelp},
                     .help = "The command to describe; without it, all of Spindle",
                     .choices = std::move(topics),
                     .store = &CommandLine::topic});
  options.push_back({.name = "SHELL",
                     .commands = {Command::kCompletions},
                     .help = "bash, zsh or fish",
                     .choices = {"bash", "zsh", "fish"},
                     .required = true,
                     .store = &CommandLine::shell});
}

}  // namespace

std::vector<OptionSpec> writing_option_list() {
  std::vector<OptionSpec> options;
  options.push_back({.name = "--help",
                     .letter = "-h",
                     .commands = {Command::kCompile, Command::kPlan, Command::kInspect,
                                  Command::kRun, Command::kVerify, Command::kQuantize,
                                  Command::kTargets, Command::kHelp, Command::kCompletions},
                     .group = OptionGroup::kGeneral,
                     .help = "List the options",
                     .values = Values::kNone,
                     .store = &CommandLine::help});
  add_manual_options(options);
  add_target_options(options);
  add_output_options(options);
  add_frontier_options(options);
  add_compile_options(options);
  return options;
}

}  // namespace spindle
