#include "compiler/report/markup.h"

#include <cstdint>

#include "compiler/ir/diagnostics.h"

namespace spindle {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Length of the UTF-8 sequence at the start of `text` if it is a character that XML allows, else 0.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return lead >= 0x20 || lead == '\n' || lead == '\t' ? 1 : 0;
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return 0;
  std::uint32_t code = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool shorter = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  const bool none = code == 0xFFFE || code == 0xFFFF || code > 0x10FFFF;
  return shorter || surrogate || none ? 0 : bytes;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const char c = text[0];
    if (bytes == 0) {
      out += kReplacement;
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

void Markup::start(std::string_view tag, const Attributes& attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"" + escaped(value) + '"';
  }
}

void Markup::open(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  out_ += '>';
  open_.emplace_back(tag);
}

void Markup::close() {
  check_internal(!open_.empty(), "markup: nothing to close");
  out_ += "</" + open_.back() + '>';
  open_.pop_back();
}

void Markup::text(std::string_view text) {
  out_ += escaped(text);
}

void Markup::leaf(std::string_view tag, const Attributes& attributes, std::string_view text) {
  open(tag, attributes);
  this->text(text);
  close();
}

void Markup::empty(std::string_view tag, const Attributes& attributes) {
  start(tag, attributes);
  out_ += " />";
}

void Markup::raw(std::string_view markup) {
  out_ += markup;
}

std::string Markup::finish() {
  check_internal(open_.empty(), "markup: an element is left open");
  return std::move(out_);
}

}  // namespace spindle
