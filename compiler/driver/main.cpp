// The command line.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "compiler/driver/command_options.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/option_checks.h"
#include "compiler/driver/progress_line.h"
#include "compiler/files/output_folder.h"
#include "compiler/options/manual_format.h"
#include "compiler/options/option_parser.h"
#include "compiler/options/usage_message.h"
#include "compiler/support/leftovers.h"
#include "compiler/support/stage_times.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/support/version.h"

namespace {

using namespace spindle;

int run_command(const CommandLine& line, Diagnostics& diagnostics) {
  switch (line.command) {
    case Command::kCompile:
      return run_compile(compile_options(line), diagnostics);
    case Command::kPlan:
      return run_plan(plan_options(line), diagnostics);
    case Command::kInspect:
      return run_inspect(inspect_options(line), diagnostics);
    case Command::kRun:
      return run_run(run_options(line), diagnostics);
    case Command::kVerify:
      return run_verify(verify_options(line), diagnostics);
    case Command::kQuantize:
      return run_quantize(quantize_command_options(line), diagnostics);
    case Command::kTargets:
      return run_targets(line.format);
    case Command::kHelp:
      return run_help({.topic = line.topic, .format = line.format, .output = line.output},
                      diagnostics);
    case Command::kCompletions:
      return run_completions({.shell = line.shell, .output = line.output}, diagnostics);
  }
  throw InternalError("a command has no function");
}

// Runs the command and prints, with --print-after=times, the table of times.
int run_timed_command(const CommandLine& line, Diagnostics& diagnostics) {
  const std::vector<std::string>& printed = line.print_after;
  if (std::find(printed.begin(), printed.end(), "times") == printed.end()) {
    return run_command(line, diagnostics);
  }
  const StageTimes times;
  const int code = run_command(line, diagnostics);
  std::cerr << times.text();
  return code;
}

// `words` follow the program's name.
int run(const std::vector<std::string>& words, Diagnostics& diagnostics) {
  const CommandSpec* command = nullptr;
  try {
    if (words.empty()) throw no_command();
    if (words[0] == "--version") {
      std::cout << "spindle " << version() << '\n';
      return kExitDone;
    }
    if (words[0] == "--help" || words[0] == "-h") {
      std::cout << text_page(overview_page(ManualDetail::kBrief));
      return kExitDone;
    }
    command = &command_from(words[0]);
    const CommandLine line = parse_options(command->command, std::span(words).subspan(1));
    if (line.help) {
      std::cout << text_page(command_page(line.command, ManualDetail::kBrief));
      return kExitDone;
    }
    check_options(line);
    return run_timed_command(line, diagnostics);
  } catch (const UsageError& error) {
    std::cerr << usage_message(error, command);
    return kExitUsage;
  }
}

// If a standard stream is closed, the next file opened would get its descriptor, and messages would
// be written into that file. So a closed stream is opened on /dev/null. SIGPIPE and SIGXFSZ are
// ignored: a write to a broken pipe or beyond a size limit then fails and is reported.
void prepare_process() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // Opened in the wrong direction (stdout for reading), so that using the stream still fails.
    if (fcntl(fd, F_GETFD) >= 0) continue;
    (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  clean_up_on_signals();
}

}  // namespace

int main(int argc, char** argv) {
  prepare_process();
  Diagnostics diagnostics;
  int code = kExitBug;  // kept if an unexpected exception is thrown
  std::string bug;
  try {
    ProgressLine progress;
    code = run({argv + std::min(argc, 1), argv + argc}, diagnostics);
  } catch (const std::bad_alloc&) {
    diagnostics.error("E0411", "out of memory");
    code = kExitRefused;
  } catch (const TemporaryDirectoryError& error) {
    Diagnostic& diagnostic = diagnostics.error("E0412", "there is no place for temporary files");
    diagnostic.notes.emplace_back(error.what());
    diagnostic.helps.emplace_back("set TMPDIR to a folder that exists and may be written");
    code = kExitRefused;
  } catch (const std::filesystem::filesystem_error& error) {
    diagnostics.error("E0413", "the file system cannot be used").notes.emplace_back(error.what());
    code = kExitRefused;
  } catch (const std::exception& error) {
    bug = error.what();
  }
  const bool color = isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  // A command that failed may have flushed stdout and reported the error; it is not reported twice.
  if (code != kExitRefused && !flush_stdout(diagnostics) && code == kExitDone) code = kExitRefused;
  diagnostics.print(std::cerr, color);
  if (!bug.empty()) {
    std::cerr
        << "internal error: " << bug
        << "\nThis is a bug in Spindle, not in your model; please report it with the model.\n";
    return kExitBug;
  }
  return code;
}
