#include <fmt/format.h>

#include <sstream>

#include "compiler/options/manual_format.h"

namespace spindle {
namespace {

constexpr std::size_t kWidth = 80;
constexpr std::size_t kTermIndent = 2;
constexpr std::size_t kTextIndent = 28;

// Appends `text`, wrapped at kWidth. `at` is the current column of the output, where the first line
// continues. Further lines are indented by `indent` columns.
void wrap(std::string& out, const std::string& text, std::size_t at, std::size_t indent) {
  std::istringstream words(text);
  bool first = true;
  for (std::string word; words >> word;) {
    const std::size_t space = first ? 0 : 1;
    if (!first && at + space + word.size() > kWidth) {
      out += '\n' + std::string(indent, ' ');
      at = indent;
    } else {
      out += std::string(space, ' ');
      at += space;
    }
    out += word;
    at += word.size();
    first = false;
  }
  out += '\n';
}

void add_text_item(std::string& out, const ManualItem& item) {
  out += std::string(kTermIndent, ' ') + item.term;
  std::size_t at = kTermIndent + item.term.size();
  if (at + 2 > kTextIndent) {
    out += '\n';
    at = 0;
  }
  out += std::string(kTextIndent - at, ' ');
  std::string text = item.text;
  if (!item.page.empty()) text += fmt::format(" See docs/{}.", item.page);
  wrap(out, text, kTextIndent, kTextIndent);
}

}  // namespace

std::string text_page(const ManualPage& page) {
  std::string out;
  wrap(out, page.summary + '.', 0, 0);
  out += fmt::format("\nUsage: {}\n", page.synopsis);
  for (const ManualSection& section : page.sections) {
    out += fmt::format("\n{}:\n", section.title);
    for (const std::string& paragraph : section.paragraphs) {
      out += std::string(kTermIndent, ' ');
      wrap(out, paragraph, kTermIndent, kTermIndent);
    }
    for (const ManualItem& item : section.items) add_text_item(out, item);
    for (const std::string& line : section.code) out += fmt::format("    {}\n", line);
  }
  return out;
}

}  // namespace spindle
