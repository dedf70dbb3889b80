#include "frontend/file/failure.h"

#include <fmt/format.h>

#include <utility>

namespace spindle::frontend {

void refuse(std::string reason) {
  throw ImportFailure{
      .code = "E0102", .message = "operator is not supported", .notes = {std::move(reason)}};
}

void malformed(std::string message) {
  throw ImportFailure{.code = "E0103", .message = std::move(message)};
}

void mismatch(std::string message) {
  throw ImportFailure{
      .code = "E0104", .message = "shapes or types do not fit", .notes = {std::move(message)}};
}

void bad_constant(std::string message) {
  throw ImportFailure{.code = "E0106", .message = std::move(message)};
}

void bad_quantization(std::string message) {
  throw ImportFailure{.code = "E0108", .message = std::move(message)};
}

std::string printable(const std::string& text) {
  constexpr std::size_t kMost = 200;  // longer names are cut off
  std::string result;
  for (char c : text) {
    if (result.size() >= kMost) return result + "...";
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace spindle::frontend
