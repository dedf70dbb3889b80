// Runs the commands that README.md shows. They must print what it shows; "..." stands for any
// lines.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/support/subprocess.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

struct Example {
  std::string command;
  std::vector<std::string> lines;  // the output that README.md shows
};

constexpr std::string_view kIndent = "    ";
constexpr std::string_view kPrompt = "    $ spindle ";

// The examples in README.md: an indented command and the indented lines after it, up to the next
// command or the end of the block.
std::vector<Example> examples() {
  std::vector<Example> found;
  std::istringstream readme(read_text(SPINDLE_SOURCE_DIR "/README.md"));
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with(kPrompt)) {
      found.push_back({line.substr(kIndent.size() + 2), {}});
      while (found.back().command.ends_with('\\') && std::getline(readme, line)) {
        found.back().command.pop_back();
        found.back().command += line;
      }
      inside = true;
    } else if (inside && (line.starts_with(kIndent) || line.empty())) {
      found.back().lines.push_back(line.empty() ? line : line.substr(kIndent.size()));
    } else {
      inside = false;
    }
  }
  for (Example& example : found) {
    while (!example.lines.empty() && example.lines.back().empty()) example.lines.pop_back();
  }
  return found;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// The first line of `shown` that is not where it should be in `printed`; empty if there is none.
std::string missing(const std::vector<std::string>& shown,
                    const std::vector<std::string>& printed) {
  std::size_t at = 0;
  bool skip = false;
  for (const std::string& line : shown) {
    if (line == "...") {
      skip = true;
      continue;
    }
    while (skip && at < printed.size() && printed[at] != line) ++at;
    if (at == printed.size() || printed[at] != line) return line;
    ++at;
    skip = false;
  }
  return skip || at == printed.size() ? "" : "nothing after '" + shown.back() + "'";
}

}  // namespace

TEST_CASE("commands in the README print what it shows") {
  if (!find_program("qemu-system-arm") || !find_program("arm-none-eabi-gcc")) {
    std::cerr << "*** SKIPPED: no arm-none-eabi-gcc or qemu-system-arm ***\n";
    return;
  }
  const TemporaryDirectory folder;
  fs::create_directory_symlink(SPINDLE_SOURCE_DIR "/examples", folder.path() / "examples");
  const std::string path = fs::path(SPINDLE_TOOL).parent_path().string();
  const std::vector<Example> all = examples();
  REQUIRE(all.size() >= 5);
  const bool known_gcc =
      run_process({.command = {"arm-none-eabi-gcc", "-dumpfullversion"}}).output == "12.2.1\n";
  for (const Example& example : all) {
    CAPTURE(example.command);
    if (example.command.starts_with("spindle verify") && !known_gcc) {
      std::cerr << "*** SKIPPED: the README's figures of code are arm-none-eabi-gcc 12.2.1's ***\n";
      continue;
    }
    const ProcessResult result =
        run_process({.command = {"/bin/sh", "-c",
                                 "cd '" + folder.path().string() + "' && PATH='" + path +
                                     ":'$PATH && " + example.command}});
    CAPTURE(result.output);
    REQUIRE(result.ok());
    CHECK(missing(example.lines, lines_of(result.output)) == "");
  }
}
