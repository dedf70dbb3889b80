// Runs the completion scripts in the shells, in the way that the shells call them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "compiler/options/completions.h"
#include "compiler/options/option_table.h"
#include "compiler/support/temporary_directory.h"
#include "compiler/target/target.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

// A folder with files whose names can be completed, and the completion script of one shell.
class Completions {
 public:
  explicit Completions(const std::string& shell) : script_(folder_.path() / "spindle.completions") {
    const ProcessResult made = run_tool({"completions", shell, "-o", script_.string()});
    REQUIRE(made.ok());
    for (const char* file : {"work/model.onnx", "work/model.txt", "work/map.json", "work/a b.onnx",
                             "work/picture.PNG", "work/input.npy", "work/folder/inner.onnx"}) {
      write_text(folder_.path() / file, "");
    }
  }

  [[nodiscard]] const fs::path& script() const { return script_; }

  // Bash's replies when the last of `words` is completed. As in bash, "--option=value" is given as
  // three words, unless the test is about a COMP_WORDBREAKS without '='.
  [[nodiscard]] Words bash(const Words& words) const {
    std::string line;
    for (const std::string& word : words) line += fmt::format(" '{}'", word);
    const std::string program = fmt::format(
        "cd '{}' && source '{}' && COMP_WORDS=({}) && COMP_CWORD={} && _spindle && true\n"
        "((${{#COMPREPLY[@]}} == 0)) || printf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        (folder_.path() / "work").string(), script_.string(), line, words.size() - 1);
    const ProcessResult result = run_process({.command = {"bash", "--norc", "-uc", program}});
    INFO(result.output);
    CHECK(result.ok());
    Words replies;
    std::istringstream lines(result.output);
    for (std::string reply; std::getline(lines, reply);) replies.push_back(reply);
    std::sort(replies.begin(), replies.end());
    return replies;
  }

 private:
  TemporaryDirectory folder_;
  fs::path script_;
};

Words sorted(Words words) {
  std::sort(words.begin(), words.end());
  return words;
}

bool has(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_syntax(const char* shell, const std::string& script) {
  if (!available(shell)) return;
  const TemporaryDirectory folder;
  write_text(folder.path() / "script", script);
  const ProcessResult result =
      run_process({.command = {shell, "-n", (folder.path() / "script").string()}});
  INFO(result.output);
  CHECK(result.ok());
}

}  // namespace

TEST_CASE("bash completes commands, options, choices and files") {
  if (!available("bash")) return;
  const Completions shell("bash");

  CHECK(shell.bash({"spindle", "pl"}) == Words{"plan"});
  CHECK(shell.bash({"spindle", "co"}) == Words{"compile", "completions"});
  CHECK(shell.bash({"spindle", "--v"}) == Words{"--version"});
  Words all = command_names();
  for (const GlobalOption& option : global_options()) all.emplace_back(option.name);
  CHECK(shell.bash({"spindle", ""}) == sorted(all));

  CHECK(shell.bash({"spindle", "plan", "--par"}) == Words{"--pareto"});
  CHECK(shell.bash({"spindle", "plan", "--input-"}) == Words{"--input-mode=", "--input-u8="});
  CHECK(shell.bash({"spindle", "targets", "--par"}).empty());

  // A value may follow "=", stand behind a space, or be part of the option's word.
  const Words modes{"arena", "external", "streamed"};
  CHECK(shell.bash({"spindle", "plan", "--input-mode", "=", ""}) == modes);
  CHECK(shell.bash({"spindle", "plan", "--input-mode", "="}) == modes);
  CHECK(shell.bash({"spindle", "plan", "--input-mode", ""}) == modes);
  CHECK(shell.bash({"spindle", "plan", "--input-mode", "=", "ar"}) == Words{"arena"});
  CHECK(shell.bash({"spindle", "plan", "--input-mode=ar"}) == Words{"--input-mode=arena"});
  CHECK(shell.bash({"spindle", "verify", "--optimize", "=", "-O3"}) == Words{"-O3"});
  CHECK(shell.bash({"spindle", "compile", "--emit", "=", "c,l"}) == Words{"c,llvm-ir"});
  CHECK(shell.bash({"spindle", "compile", "--emit=c,l"}) == Words{"--emit=c,llvm-ir"});
  CHECK(shell.bash({"spindle", "plan", "--ram", "=", "6"}).empty());

  Words names;
  for (const Target& target : targets()) names.emplace_back(target.name);
  CHECK(shell.bash({"spindle", "verify", "--target", "=", ""}) == sorted(names));

  CHECK(shell.bash({"spindle", "plan", ""}) == Words{"a b.onnx", "folder", "model.onnx"});
  CHECK(shell.bash({"spindle", "plan", "mo"}) == Words{"model.onnx"});
  CHECK(shell.bash({"spindle", "plan", "folder/"}) == Words{"folder/inner.onnx"});
  CHECK(shell.bash({"spindle", "plan", "--pareto", "mo"}) == Words{"model.onnx"});
  CHECK(shell.bash({"spindle", "plan", "--ram", "=", "64K", "mo"}) == Words{"model.onnx"});
  CHECK(shell.bash({"spindle", "plan", "--memory", "=", "m"}) == Words{"map.json"});
  CHECK(shell.bash({"spindle", "plan", "--memory=m"}) == Words{"--memory=map.json"});
  CHECK(shell.bash({"spindle", "compile", "model.onnx", "-o", ""}) == Words{"folder"});
  CHECK(shell.bash({"spindle", "compile", "--output=fo"}) == Words{"--output=folder/"});
  const Words inputs{"folder", "input.npy", "picture.PNG"};
  CHECK(shell.bash({"spindle", "run", "model.onnx", "--input", ""}) == inputs);
  CHECK(shell.bash({"spindle", "run", "model.onnx", "--input", "=", "input.npy", ""}) == inputs);

  CHECK(shell.bash({"spindle", "help", "ver"}) == Words{"verify"});
  CHECK(shell.bash({"spindle", "completions", "z"}) == Words{"zsh"});
  CHECK(shell.bash({"spindle", "nonsense", ""}).empty());
}

TEST_CASE("bash completes every option of every command, and every choice") {
  if (!available("bash")) return;
  const Completions shell("bash");
  for (const CommandSpec& command : all_commands()) {
    const std::string name(command.name);
    const Words replies = shell.bash({"spindle", name, "--"});
    for (const OptionSpec* option : options_of(command.command)) {
      CAPTURE(command.name, option->name);
      if (option->positional()) continue;
      const bool flag = option->values == Values::kNone;
      CHECK(has(replies, std::string(option->name) + (flag ? "" : "=")));
      if (flag || option->choices.empty()) continue;
      CHECK(shell.bash({"spindle", name, std::string(option->name), "=", ""}) ==
            sorted(option->choices));
    }
  }
}

TEST_CASE("scripts are what their shells can read") {
  check_syntax("bash", bash_completions());
  check_syntax("zsh", zsh_completions());
  check_syntax("fish", fish_completions());
}

TEST_CASE("scripts for zsh and fish name every option and choice") {
  for (const CommandSpec& command : all_commands()) {
    for (const OptionSpec* option : options_of(command.command)) {
      CAPTURE(command.name, option->name);
      const std::string choices = fmt::format("{}", fmt::join(option->choices, " "));
      CHECK(zsh_completions().find(choices) != std::string::npos);
      CHECK(fish_completions().find(choices) != std::string::npos);
      if (option->positional()) continue;
      CHECK(zsh_completions().find(std::string(option->name)) != std::string::npos);
      CHECK(fish_completions().find(fmt::format("'__spindle_is {}'", command.name)) !=
            std::string::npos);
      CHECK(fish_completions().find(fmt::format(" -l {}", option->name.substr(2))) !=
            std::string::npos);
    }
  }
}
