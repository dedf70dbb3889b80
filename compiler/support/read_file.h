// Reads the user's files: regular files of a plausible size, as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace spindle {

// The contents of `file`. Returns nothing, and the reason in `error` ("there is no such file"), if
// the file is missing, cannot be read, has more than `most` bytes, or is not a regular file (a
// folder has no contents; devices and pipes may never end).
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& file,
                                                   std::uintmax_t most, std::string& error);

// What a path names if it is not a regular file: "a folder", "a device", "a pipe".
[[nodiscard]] const char* kind_of_file(std::filesystem::file_type type);

}  // namespace spindle
