// Checks that groff formats the manual pages without warnings, and that they show every option.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

#include "compiler/options/manual_format.h"
#include "compiler/support/temporary_directory.h"
#include "tests/catch.h"
#include "tests/support/available.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

// The names of the commands, and an empty name for the overview page.
std::vector<std::string> topics() {
  std::vector<std::string> names = command_names();
  names.emplace_back();
  return names;
}

ProcessResult help_page(const std::string& topic, const std::string& format) {
  std::vector<std::string> words{"help"};
  if (!topic.empty()) words.push_back(topic);
  words.push_back("--format=" + format);
  return run_tool(words);
}

}  // namespace

TEST_CASE("manual pages are set without warnings") {
  if (!available("groff")) return;
  const TemporaryDirectory folder;
  for (const std::string& topic : topics()) {
    CAPTURE(topic);
    const ProcessResult source = help_page(topic, "man");
    REQUIRE(source.ok());
    const std::filesystem::path file = folder.path() / "page.1";
    write_text(file, source.output);
    // The page is very wide, so that no line is broken.
    const ProcessResult set = run_process(
        {.command = {"groff", "-man", "-Tascii", "-ww", "-rLL=2000n", "-P-cbou", file.string()}});
    REQUIRE(set.ok());
    CHECK(set.output.find("warning") == std::string::npos);
    CHECK(set.output.find("page.1:") == std::string::npos);
    if (topic.empty()) continue;
    for (const OptionSpec* option : options_of(find_command(topic)->command)) {
      const ManualItem item = option_item(*option, ManualDetail::kFull);
      CAPTURE(item.term);
      CHECK(set.output.find(item.term) != std::string::npos);
    }
  }
}

TEST_CASE("a manual page is installed for every command") {
  const std::string rules = read_text(SPINDLE_SOURCE_DIR "/compiler/options/manual.cmake");
  const std::string names = fmt::format("IN ITEMS {})", fmt::join(command_names(), " "));
  CHECK(rules.find(names) != std::string::npos);
}

TEST_CASE("characters that mean something to troff are only shown") {
  const ManualPage page{
      .name = "spindle-x",
      .summary = "Do it",
      .synopsis = "spindle x",
      .sections = {{.title = "Description", .paragraphs = {".TH is `a\\b-c`.", "'quoted'"}}}};
  const std::string man = man_page(page);
  CHECK(man.find("\n\\&.TH is \\fBa\\eb\\-c\\fR.\n.PP\n\\&'quoted'\n") != std::string::npos);
  CHECK(man.find("\nspindle\\-x \\- do it\n") != std::string::npos);
}

TEST_CASE("help on a terminal is no wider than 80 characters, but for terms") {
  for (const std::string& topic : topics()) {
    std::istringstream lines(help_page(topic, "text").output);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      const bool term = line.starts_with("  ") && !line.starts_with("   ");
      const bool code = line.starts_with("    spindle ") || line.starts_with("Usage:");
      const bool one_word = line.find(' ', line.find_first_not_of(' ')) == std::string::npos;
      CHECK((line.size() <= 80 || term || code || one_word));
    }
  }
}

TEST_CASE("help in Markdown is a table of the options") {
  const ProcessResult page = help_page("plan", "markdown");
  CHECK(page.output.find("| `--format=text\\|json\\|html` | Form of the plan.") !=
        std::string::npos);
  CHECK(page.output.find("See [memory.md](memory.md).") != std::string::npos);
}
