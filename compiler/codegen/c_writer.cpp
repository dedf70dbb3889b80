#include "compiler/codegen/c_writer.h"

#include <fmt/format.h>

#include <cctype>
#include <cmath>
#include <cstring>
#include <iterator>

#include "compiler/ir/diagnostics.h"

namespace spindle {

std::string c_float(float value) {
  check_internal(!std::isnan(value), "a constant of the generated code is NaN");
  if (std::isinf(value)) return value > 0 ? "SPINDLE_INFINITY" : "-SPINDLE_INFINITY";
  std::string text = fmt::format("{:.9g}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

std::string c_int(std::int64_t value) {
  // -2147483648 is no int literal.
  return value == INT32_MIN ? "(-2147483647 - 1)" : fmt::format("{}", value);
}

std::string upper(std::string_view name) {
  std::string result;
  for (char c : name) {
    result += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return result;
}

std::string c_comment(std::string_view text) {
  std::string result;
  for (char c : text) {
    if (c == '/' && !result.empty() && result.back() == '*') result += ' ';
    if (c == '*' && !result.empty() && result.back() == '/') result += ' ';
    const bool plain = static_cast<unsigned char>(c) >= 32 && c != 127;
    result += plain ? c : ' ';
  }
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
