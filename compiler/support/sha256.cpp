#include "compiler/support/sha256.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <sstream>

namespace spindle {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::optional<std::string> sha256_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in.is_open() || in.bad()) return std::nullopt;
  return sha256(bytes.view());
}

}  // namespace spindle
