// SHA-256, computed by libcrypto. It uses the processor's instructions, is in every distribution,
// and, unlike LLVM's own, is there in builds without LLVM.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace spindle {

// The digest as 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

// The digest of a file; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace spindle
