// Reading the user's files: whole, regular, and of a size that can be meant.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace spindle {

// What `file` holds. Nothing, and why in `error` ("there is no such file"), if it is missing, may
// not be read, holds more than `most` bytes, or is no regular file: folders hold no bytes, and
// devices and pipes may never end.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& file,
                                                   std::uintmax_t most, std::string& error);

// "a folder", "a device", "a pipe": what a path names that is no regular file.
[[nodiscard]] const char* kind_of_file(std::filesystem::file_type type);

}  // namespace spindle
