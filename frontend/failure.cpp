#include "frontend/failure.h"

#include <fmt/format.h>

#include <utility>

namespace spindle::frontend {

void refuse(std::string reason) {
  throw ImportFailure{"E0102", "operator is not supported", {std::move(reason)}, {}};
}

void malformed(std::string message) {
  throw ImportFailure{"E0103", std::move(message), {}, {}};
}

void mismatch(std::string message) {
  throw ImportFailure{"E0104", "shapes or types do not fit", {std::move(message)}, {}};
}

void bad_constant(std::string message) {
  throw ImportFailure{"E0106", std::move(message), {}, {}};
}

void bad_quantization(std::string message) {
  throw ImportFailure{"E0108", std::move(message), {}, {}};
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
