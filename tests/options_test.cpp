// Tests the table of options, and the parsing of command lines by it.
#include <fmt/format.h>

#include <set>
#include <sstream>

#include "compiler/driver/command_options.h"
#include "compiler/options/option_parser.h"
#include "compiler/options/usage_error.h"
#include "compiler/options/usage_message.h"
#include "compiler/support/nearest.h"
#include "compiler/support/size_text.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

std::vector<std::string> split_words(std::string_view text) {
  std::istringstream in{std::string(text)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// Parses a command line such as "plan model.onnx --ram=64K".
CommandLine parsed_line(const std::string& text) {
  const std::vector<std::string> words = split_words(text);
  return parse_options(command_from(words.at(0)).command, std::span(words).subspan(1));
}

// The error for a command line and its help, as "ERROR|HELP".
std::string refusal(const std::string& text) {
  try {
    (void)parsed_line(text);
  } catch (const UsageError& error) {
    return fmt::format("{}|{}", error.what(), error.help());
  }
  return "taken";
}

// A valid value of the option.
std::string sample(const OptionSpec& option) {
  if (!option.choices.empty()) return option.choices.back();
  if (!option.initial.empty()) return std::string(option.initial);
  return "1";
}

}  // namespace

TEST_CASE("the table of options is whole") {
  CHECK(all_options().size() > 40);
  for (const CommandSpec& command : all_commands()) {
    CAPTURE(command.name);
    CHECK(spec_of(command.command).name == command.name);
    CHECK_FALSE(command.help.ends_with('.'));
    CHECK(command.details.ends_with('.'));
    std::set<std::string_view> names;
    for (const OptionSpec* option : options_of(command.command)) {
      CAPTURE(option->name);
      CHECK(names.insert(option->name).second);  // a command has one option of each name
      CHECK_FALSE(option->help.empty());
      CHECK_FALSE(option->help.ends_with('.'));
      CHECK((option->details.empty() || option->details.ends_with('.')));
      if (!option->initial.empty() && !option->choices.empty() && !option->other_values) {
        CHECK(std::count(option->choices.begin(), option->choices.end(), option->initial) == 1);
      }
    }
    // A relation must name an option of the same command, and values that this option accepts.
    for (const OptionSpec* option : options_of(command.command)) {
      for (const auto* relations : {&option->needs, &option->excludes}) {
        for (const OptionRelation& relation : *relations) {
          CAPTURE(option->name, relation.option);
          CHECK(names.contains(relation.option));
          CHECK_FALSE(relation.why.empty());
        }
      }
    }
  }
}

TEST_CASE("each option is taken by the commands that have it, and by no others") {
  for (const CommandSpec& command : all_commands()) {
    std::string required;
    for (const OptionSpec* option : options_of(command.command)) {
      if (!option->required) continue;
      required += option->positional() ? " " + sample(*option)
                                       : fmt::format(" {}={}", option->name, sample(*option));
    }
    for (const OptionSpec& option : all_options()) {
      if (option.positional() || option.required || option.name == "--help") continue;
      const bool flag = option.values == Values::kNone;
      const std::string line = fmt::format("{}{} {}{}", command.name, required, option.name,
                                           flag ? "" : "=" + sample(option));
      CAPTURE(line);
      std::set<std::string_view> names;
      for (const OptionSpec* own : options_of(command.command)) names.insert(own->name);
      const bool unknown = refusal(line).find("no such option") != std::string::npos;
      CHECK(unknown != names.contains(option.name));
    }
  }
}

TEST_CASE("examples of the manual are command lines") {
  for (const CommandSpec& command : all_commands()) {
    CAPTURE(command.example);
    REQUIRE(command.example.starts_with(fmt::format("spindle {}", command.name)));
    CHECK(refusal(std::string(command.example.substr(8))) == "taken");
  }
}

TEST_CASE("the mode of the input is --input-mode; compile and plan take --input for it") {
  for (const char* command : {"plan m.onnx", "compile m.onnx --target=host -o d"}) {
    for (const char* option : {"--input-mode", "--input"}) {
      const std::string line = fmt::format("{} {}=streamed", command, option);
      CHECK(parsed_line(line).input_mode == "streamed");
    }
    CHECK(parsed_line(command).input_mode == "external");
    CHECK(
        refusal(fmt::format("{} --input=arena --input-mode=arena", command)).find("old spelling") !=
        std::string::npos);
    CHECK(refusal(fmt::format("{} --input=picture.png", command)).find("is not one of external") !=
          std::string::npos);
  }
  for (const char* command : {"run m.onnx", "verify m.onnx --target=host"}) {
    const CommandLine line =
        parsed_line(fmt::format("{} --input=a.png b.png --input-mode=arena", command));
    CHECK(line.inputs == std::vector<std::filesystem::path>{"a.png", "b.png"});
    CHECK(line.input_mode == "arena");
  }
  CHECK(plan_options(parsed_line("plan m.onnx --input=streamed")).model.compile.plan.input ==
        InputMode::kStreamed);
}

TEST_CASE("values have their defaults, and lists their parts") {
  const CommandLine line =
      parsed_line("compile a.onnx b.onnx --target=host -o dir --emit=c,obj --name=x --name=y");
  CHECK(line.models.size() == 2);
  CHECK(line.output == "dir");
  CHECK(line.emit == std::vector<std::string>{"c", "obj"});
  CHECK(line.names == std::vector<std::string>{"x", "y"});
  CHECK(line.optimize == "-O2");
  CHECK(line.weights == "c");
  CHECK_FALSE(line.has("--weights"));
  CHECK(parsed_line("plan m.onnx").target == "host");
  CHECK(parsed_line("run --input a.png b.png m.onnx").inputs.size() == 2);
  CHECK(parsed_line("run m.onnx --input=a").top == 5);
  CHECK(parsed_line("run m.onnx --input=a --no-jit").jit == false);
  CHECK(parsed_line("run m.onnx --input=a --jit").jit);
  CHECK(parsed_line("verify m.onnx --target=host --count --layers --help").help);
}

TEST_CASE("wrong usage says what was meant") {
  CHECK(refusal("plan m.onnx --rma=1") == "--rma: there is no such option|did you mean '--ram'?");
  CHECK(refusal("verify m.onnx --tarket=host") ==
        "--tarket: there is no such option|did you mean '--target'?");
  CHECK(refusal("plan m.onnx --emit=c") ==
        "--emit: there is no such option|it is an option of compile, verify");
  CHECK(refusal("plan m.onnx --format=jsno") ==
        "--format: 'jsno' is not one of text, json, html|did you mean 'json'?");
  CHECK(refusal("compile m.onnx --target=host -o d --emit=c,objj") ==
        "--emit: 'objj' is not one of c, llvm-ir, bc, asm, obj|did you mean 'obj'?");
  CHECK(refusal("plna m.onnx") == "plna: there is no such command|did you mean 'plan'?");
  CHECK(refusal("completions zhs").ends_with("did you mean 'zsh'?"));
  CHECK(refusal("plan m.onnx target=host") ==
        "target=host: one word too many|did you mean '--target'?");
  CHECK(refusal("plan m.onnx --ram 96 KiB") ==
        "KiB: one word too many|a size with a space needs quotes: --ram='96 KiB'");
  CHECK(refusal("run --input a.png") == "MODEL.onnx: this argument is missing|ONNX file");
  CHECK(refusal("run m.onnx --input=a --top=x") ==
        "--top: 'x' is not a whole number of at least 1|");
  CHECK(refusal("run m.onnx --input=a --crop=nan") ==
        "--crop: 'nan' is not a number from 0.01 to 1|");
  CHECK(refusal("plan m.onnx --ram") == "--ram: a value is missing|");
  CHECK(nearest("m7", {"cortex-m7", "cortex-m4"}) == "cortex-m7");
  CHECK(nearest("m", {"cortex-m7", "cortex-m4"}) == std::nullopt);
  CHECK(nearest("cortex", {"cortex-m7", "cortex-m4"}) == std::nullopt);
  CHECK(nearest("JSON", {"text", "json"}) == "json");
  CHECK(nearest("frobnicate", {"plan", "run"}) == std::nullopt);
}

TEST_CASE("sizes are read as people write them") {
  const std::int64_t most = std::int64_t{1} << 40;
  const std::vector<std::pair<const char*, std::int64_t>> sizes{{"131072", 131072},
                                                                {"96K", 98304},
                                                                {"96k", 98304},
                                                                {"96KB", 98304},
                                                                {"96kb", 98304},
                                                                {"96KiB", 98304},
                                                                {"96 KiB", 98304},
                                                                {"96  kib", 98304},
                                                                {"0.5M", 524288},
                                                                {"1.5MiB", 1572864},
                                                                {"1G", 1 << 30},
                                                                {"12B", 12},
                                                                {".5K", 512},
                                                                {"96.3K", 98611},
                                                                {"1.000000000000000000K", 1024},
                                                                {"0.999999999999999999K", 1023},
                                                                {"1024G", most},
                                                                {"007", 7},
                                                                {"1.25", 1}};
  for (const auto& [text, bytes] : sizes) {
    CAPTURE(text);
    CHECK(size_from_text(text, most) == bytes);
  }
  for (const char* text : {"",
                           " ",
                           "K",
                           "B",
                           "0",
                           "0K",
                           "0.0001K",
                           "-5",
                           "+5",
                           "1e3",
                           "1.K",
                           "1.",
                           ".",
                           "1..5K",
                           "1.5.5",
                           "64Q",
                           "64KK",
                           "64iB",
                           "64KBi",
                           "K64",
                           "64K ",
                           " 64K",
                           "64 K B",
                           "1025G",
                           "64K1",
                           "99999999999999999999",
                           "1.0000000000000000001K",
                           "9223372036854775807G",
                           "0x10",
                           "1,5K"}) {
    CAPTURE(text);
    CHECK(size_from_text(text, most) == std::nullopt);
  }
}

TEST_CASE("help of every command names its options") {
  for (const CommandSpec& command : all_commands()) {
    const std::string name(command.name);
    const ProcessResult brief = run_tool({name, "--help"});
    const ProcessResult full = run_tool({"help", name});
    REQUIRE(brief.ok());
    REQUIRE(full.ok());
    for (const OptionSpec* option : options_of(command.command)) {
      CAPTURE(command.name, option->name);
      CHECK(brief.output.find(option->name) != std::string::npos);
      CHECK(full.output.find(option->name) != std::string::npos);
    }
    CHECK(full.output.size() > brief.output.size());
  }
  CHECK(run_tool({"--version"}).output.starts_with("spindle "));
  CHECK(run_tool({"--help"}).output == run_tool({"-h"}).output);
}
