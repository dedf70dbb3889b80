// Checks that docs/commands.md agrees with the table of options. The blocks of the page between
// "<!-- generated: NAME -->" and "<!-- end -->" are generated here. Run the test with
// SPINDLE_UPDATE_DOCS=1 to write them into the page.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "compiler/options/manual_format.h"
#include "tests/catch.h"
#include "tests/support/tool.h"

using namespace spindle;
using namespace spindle::testing;

namespace {

std::string table_of(const std::vector<const OptionSpec*>& options) {
  std::vector<ManualItem> items;
  for (const OptionSpec* option : options) {
    items.push_back(option_item(*option, ManualDetail::kFull));
  }
  return markdown_table("option", items);
}

std::string table_of(std::initializer_list<OptionGroup> groups) {
  std::vector<const OptionSpec*> options;
  for (OptionGroup group : groups) {
    for (const OptionSpec& option : all_options()) {
      if (option.group == group) options.push_back(&option);
    }
  }
  return table_of(options);
}

std::map<std::string, std::string> blocks() {
  std::map<std::string, std::string> blocks;
  std::string synopsis;
  for (const CommandSpec& command : all_commands()) {
    synopsis += fmt::format("    {}\n", command_synopsis(command.command));
    blocks[fmt::format("options of {}", command.name)] =
        table_of(options_of(command.command, OptionGroup::kOwn));
  }
  blocks["synopsis"] = synopsis;
  std::string statuses = "| exit code | meaning |\n|---|---|\n";
  for (const ManualItem& item : exit_items()) {
    statuses += fmt::format("| {} | {} |\n", item.term, item.text);
  }
  blocks["exit status"] = statuses;
  blocks["options of the model"] =
      table_of({OptionGroup::kModel, OptionGroup::kDebugging, OptionGroup::kGeneral});
  blocks["options of the plan"] = table_of({OptionGroup::kPlan});
  blocks["options of pictures"] = table_of({OptionGroup::kPicture});
  return blocks;
}

}  // namespace

TEST_CASE("docs/commands.md is what the table of options says") {
  const std::string file = SPINDLE_SOURCE_DIR "/docs/commands.md";
  const std::string page = read_text(file);
  std::string expected = page;
  for (const auto& [name, text] : blocks()) {
    CAPTURE(name);
    const std::string begin = fmt::format("<!-- generated: {} -->\n", name);
    const std::size_t at = expected.find(begin);
    REQUIRE(at != std::string::npos);
    CHECK(expected.find(begin, at + 1) == std::string::npos);
    const std::size_t body = at + begin.size();
    const std::size_t end = expected.find("<!-- end -->\n", body);
    REQUIRE(end != std::string::npos);
    // This must be the end of this block, not of a later one.
    REQUIRE(expected.substr(body, end - body).find("<!-- generated") == std::string::npos);
    expected.replace(body, end - body, text);
  }
  if (std::getenv("SPINDLE_UPDATE_DOCS") != nullptr) write_text(file, expected);
  CHECK(page == expected);
}
