// Pages of the manual, as content: what stands on them, apart from how it is set.
#pragma once

#include <string>
#include <vector>

#include "compiler/options/option_table.h"

namespace spindle {

// Texts are whole sentences with `code` in backticks.
struct ManualItem {
  std::string term;  // "--ram=SIZE", plain
  std::string text;
  std::string page = {};  // of docs/, which says more: "memory.md"; empty: none
};

struct ManualSection {
  std::string title;  // "Exit status"
  std::vector<std::string> paragraphs = {};
  std::vector<ManualItem> items = {};
  std::vector<std::string> code = {};  // lines, set as they are
};

struct ManualPage {
  std::string name;      // "spindle-plan", as of the manual page
  std::string summary;   // one line without a full stop
  std::string synopsis;  // "spindle plan MODEL.onnx [OPTIONS]"
  std::vector<ManualSection> sections;
};

enum class ManualDetail : std::uint8_t {
  kBrief,  // a line for each option
  kFull,   // all that is known
};

// All of Spindle, and one command.
[[nodiscard]] ManualPage overview_page(ManualDetail detail);
[[nodiscard]] ManualPage command_page(Command command, ManualDetail detail);

// "spindle plan MODEL.onnx [OPTIONS]": arguments and required options.
[[nodiscard]] std::string command_synopsis(Command command);

[[nodiscard]] ManualItem option_item(const OptionSpec& option, ManualDetail detail);
[[nodiscard]] std::vector<ManualItem> exit_items();

}  // namespace spindle
