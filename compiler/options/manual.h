// The content of the manual's pages. manual_format.h turns it into text, man pages or Markdown.
#pragma once

#include <string>
#include <vector>

#include "compiler/options/option_table.h"

namespace spindle {

// Texts are whole sentences with `code` in backticks.
struct ManualItem {
  std::string term;  // "--ram=SIZE", without backticks
  std::string text;
  std::string page = {};  // the file in docs/ that says more: "memory.md"; empty: none
};

struct ManualSection {
  std::string title;  // "Exit status"
  std::vector<std::string> paragraphs = {};
  std::vector<ManualItem> items = {};
  std::vector<std::string> code = {};  // lines that are never wrapped
};

struct ManualPage {
  std::string name;      // name of the man page: "spindle-plan"
  std::string summary;   // one line without a full stop
  std::string synopsis;  // "spindle plan MODEL.onnx [OPTIONS]"
  std::vector<ManualSection> sections;
};

enum class ManualDetail : std::uint8_t {
  kBrief,  // a line for each option
  kFull,   // details, rules, an example, exit statuses
};

// The page on Spindle as a whole, and the page on one command.
[[nodiscard]] ManualPage overview_page(ManualDetail detail);
[[nodiscard]] ManualPage command_page(Command command, ManualDetail detail);

// The command with its arguments and required options: "spindle plan MODEL.onnx [OPTIONS]".
[[nodiscard]] std::string command_synopsis(Command command);

[[nodiscard]] ManualItem option_item(const OptionSpec& option, ManualDetail detail);
[[nodiscard]] std::vector<ManualItem> exit_items();

}  // namespace spindle
