// SHA-256, by libcrypto: it uses the processor's instructions for it, is in every distribution, and
// does not depend on whether Spindle is built with LLVM, which has one too.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace spindle {

// As 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

// Of a file's bytes; nothing if it cannot be read.
[[nodiscard]] std::optional<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace spindle
