#include <fmt/format.h>

#include <iostream>

#include "compiler/driver/commands.h"
#include "compiler/files/output_folder.h"
#include "compiler/options/completions.h"
#include "compiler/options/manual_format.h"

namespace spindle {
namespace {

int print_page(const std::string& text, const std::filesystem::path& output,
               Diagnostics& diagnostics) {
  if (output.empty()) {
    std::cout << text;
    return kExitDone;
  }
  return write_file(output, text, diagnostics) ? kExitDone : kExitRefused;
}

}  // namespace

int run_help(const HelpOptions& options, Diagnostics& diagnostics) {
  const CommandSpec* command = find_command(options.topic);
  const ManualPage page = command == nullptr ? overview_page(ManualDetail::kFull)
                                             : command_page(command->command, ManualDetail::kFull);
  const std::string text = options.format == "man"        ? man_page(page)
                           : options.format == "markdown" ? markdown_page(page)
                                                          : text_page(page);
  return print_page(text, options.output, diagnostics);
}

int run_completions(const CompletionsOptions& options, Diagnostics& diagnostics) {
  const std::string text = options.shell == "bash"  ? bash_completions()
                           : options.shell == "zsh" ? zsh_completions()
                                                    : fish_completions();
  return print_page(text, options.output, diagnostics);
}

}  // namespace spindle
