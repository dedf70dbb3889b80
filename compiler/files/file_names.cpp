#include "compiler/files/file_names.h"

#include <fmt/format.h>

#include <cctype>

#include "compiler/support/names.h"

namespace spindle {
namespace {

// File systems allow 255; extension and number need some.
constexpr std::size_t kMostCharacters = 200;

std::string plain(std::string_view name) {
  std::string result;
  for (char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;  // continuation byte of a UTF-8 sequence
    const bool keep = byte < 0x80 && (std::isalnum(byte) != 0 || c == '.' || c == '-');
    result += keep ? c : '_';
    if (result.size() == kMostCharacters) break;
  }
  return result.empty() ? "tensor" : result;
}

}  // namespace

std::string FileNames::operator()(std::string_view name, std::string_view extension) {
  const std::string stem = plain(name);
  std::string unique = stem;
  for (int i = 1; !taken_.insert(lower_case(unique) + lower_case(extension)).second; ++i) {
    unique = fmt::format("{}_{}", stem, i);
  }
  return unique + std::string(extension);
}

}  // namespace spindle
