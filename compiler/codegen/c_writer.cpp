#include "compiler/codegen/c_writer.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <iterator>

#include "compiler/ir/diagnostics.h"
#include "compiler/support/names.h"

namespace spindle {

std::string c_float(float value) {
  check_internal(!std::isnan(value), "a constant of the generated code is NaN");
  if (std::isinf(value)) return value > 0 ? "SPINDLE_INFINITY" : "-SPINDLE_INFINITY";
  std::string text = fmt::format("{:.9g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

std::string c_int(std::int64_t value) {
  // -2147483648 is not an int literal in C.
  return value == INT32_MIN ? "(-2147483647 - 1)" : fmt::format("{}", value);
}

std::string upper(std::string_view name) {
  return upper_case(name);
}

namespace {

// Returns the UTF-8 character at `at` and moves `at` past it; -1 for a byte at which none begins.
std::int32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || at + more > text.size()) return -1;
  std::int32_t code = first & (0x3F >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return -1;
    code = code << 6 | (byte(at + i) & 0x3F);
  }
  at += more;
  return code;
}

}  // namespace

std::string c_comment(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const std::int32_t code = next_character(text, at);
    if (code >= 0x80) {
      result += code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
    } else if (code < 0x20 || code == 0x7F) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[begin]));
    } else {
      const char c = static_cast<char>(code);
      const char before = result.empty() ? ' ' : result.back();
      const bool joins = (before == '*' && c == '/') || (before == '/' && c == '*') ||
                         (before == '/' && c == '/') || (before == '?' && c == '?');
      if (joins) result += ' ';
      result += c;
    }
  }
  // After a backslash, a // comment would continue on the next line.
  if (result.ends_with('\\')) result += ' ';
  return result;
}

namespace {

template <typename T>
T element(const ConstArray& array, std::size_t index) {
  T value;
  std::memcpy(&value, array.bytes.data() + index * sizeof(T), sizeof(T));
  return value;
}

void append_element(std::string& out, const ConstArray& array, std::size_t index) {
  switch (array.type) {
    case DType::kI8:
      fmt::format_to(std::back_inserter(out), "{}", element<std::int8_t>(array, index));
      return;
    case DType::kU8:
    case DType::kBool:
      fmt::format_to(std::back_inserter(out), "{}", element<std::uint8_t>(array, index));
      return;
    case DType::kI16:
      fmt::format_to(std::back_inserter(out), "{}", element<std::int16_t>(array, index));
      return;
    case DType::kI32:
      out += c_int(element<std::int32_t>(array, index));
      return;
    case DType::kI64:
      fmt::format_to(std::back_inserter(out), "{}LL", element<std::int64_t>(array, index));
      return;
    case DType::kF32:
      out += c_float(element<float>(array, index));
      return;
  }
}

}  // namespace

void append_elements(std::string& out, const ConstArray& array) {
  const std::size_t count = array.bytes.size() / size_of(array.type);
  std::size_t line = out.size();
  out += "  ";
  for (std::size_t i = 0; i < count; ++i) {
    append_element(out, array, i);
    if (i + 1 == count) break;
    out += ',';
    if (out.size() - line > 92) {
      out += "\n  ";
      line = out.size() - 2;
    }
  }
  out += '\n';
}

}  // namespace spindle
