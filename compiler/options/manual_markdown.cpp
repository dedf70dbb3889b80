#include <fmt/format.h>

#include "compiler/options/manual_format.h"

namespace spindle {
namespace {

// Escapes vertical bars, which would end the cell of a table.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string markdown_table(const std::string& heading, const std::vector<ManualItem>& items) {
  std::string out = fmt::format("| {} | meaning |\n|---|---|\n", heading);
  for (const ManualItem& item : items) {
    const std::string more =
        item.page.empty() ? "" : fmt::format(" See [{}]({}).", item.page, item.page);
    out += fmt::format("| `{}` | {}{} |\n", cell(item.term), cell(item.text), more);
  }
  return out;
}

std::string markdown_page(const ManualPage& page) {
  std::string out = fmt::format("# {}\n\n{}.\n\n    {}\n", page.name, page.summary, page.synopsis);
  for (const ManualSection& section : page.sections) {
    out += fmt::format("\n## {}\n\n", section.title);
    for (const std::string& paragraph : section.paragraphs) out += paragraph + '\n';
    if (!section.items.empty()) out += markdown_table("", section.items);
    for (const std::string& line : section.code) out += fmt::format("    {}\n", line);
  }
  return out;
}

}  // namespace spindle
