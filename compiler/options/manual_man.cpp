#include <fmt/format.h>

#include "compiler/options/manual_format.h"
#include "compiler/support/letter_case.h"
#include "compiler/support/version.h"

namespace spindle {
namespace {

// Escapes text for troff and sets `code` in bold. Hyphens become minus signs, so that options can
// be copied from the page into a shell.
std::string troff(std::string_view text) {
  std::string out;
  // Troff takes a line that begins with '.' or '\'' as a request.
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  bool bold = false;
  for (const char c : text) {
    if (c == '`') {
      bold = !bold;
      out += bold ? "\\fB" : "\\fR";
    } else if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

void add_man_section(std::string& out, const ManualSection& section) {
  out += fmt::format(".SH {}\n", troff(upper_case(section.title)));
  for (std::size_t i = 0; i < section.paragraphs.size(); ++i) {
    out += fmt::format("{}{}\n", i > 0 ? ".PP\n" : "", troff(section.paragraphs[i]));
  }
  for (const ManualItem& item : section.items) {
    const std::string more = item.page.empty() ? "" : fmt::format(" See docs/{}.", item.page);
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", troff(item.term), troff(item.text + more));
  }
  if (section.code.empty()) return;
  out += ".EX\n";
  for (const std::string& line : section.code) out += troff(line) + '\n';
  out += ".EE\n";
}

}  // namespace

std::string man_page(const ManualPage& page) {
  const std::string summary = lower_case(page.summary.substr(0, 1)) + page.summary.substr(1);
  // Text is neither justified (.ad l) nor hyphenated (.nh), so that options can be copied.
  std::string out = fmt::format(
      ".TH {} 1 \"\" \"spindle {}\" \"Spindle\"\n.ad l\n.nh\n.SH NAME\n{} \\- {}\n.SH "
      "SYNOPSIS\n{}\n",
      troff(upper_case(page.name)), version(), troff(page.name), troff(summary),
      troff(page.synopsis));
  for (const ManualSection& section : page.sections) add_man_section(out, section);
  return out;
}

}  // namespace spindle
