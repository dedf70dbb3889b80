#include "compiler/support/human.h"

#include <fmt/format.h>

namespace spindle {

std::string human_count(std::int64_t count) {
  if (count >= 1000000) return fmt::format("{:.1f} M", static_cast<double>(count) / 1e6);
  if (count >= 1000) return fmt::format("{:.1f} k", static_cast<double>(count) / 1e3);
  return fmt::format("{}", count);
}

std::string human_bytes(std::int64_t bytes) {
  if (bytes >= std::int64_t{1024} * 1024) {
    return fmt::format("{:.2f} MiB", static_cast<double>(bytes) / (1024 * 1024));
  }
  if (bytes >= 1024) return fmt::format("{:.1f} KiB", static_cast<double>(bytes) / 1024);
  return fmt::format("{} B", bytes);
}

namespace {

// The length of the UTF-8 sequence (RFC 3629) that `text` begins with: 0 if it is malformed, or a
// control character.
std::size_t printable_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first < 0x20 || first == 0x7F ? 0 : 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool beyond = first == 0xF4 && second > 0x8F;  // of U+10FFFF
  const bool control = first == 0xC2 && second < 0xA0;
  return overlong || surrogate || beyond || control ? 0 : length;
}

}  // namespace

std::string printable_name(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = printable_length(text);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace spindle
