// Sizes in bytes as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace spindle {

// Reads "131072", "96K", "96k", "96KB", "96 KiB", "0.5M" or "1.5MiB": a decimal number and a unit,
// with or without spaces between. Units are B, K, M and G in either case, also with "B" or "iB"
// behind; K is 1024 bytes, M is 1024 K, G is 1024 M. A fraction of a byte is dropped. Nothing if
// the text says something else, or a size that is not from 1 to `most`.
[[nodiscard]] std::optional<std::int64_t> size_from_text(std::string_view text, std::int64_t most);

// Whether the text is a unit of sizes by itself, such as "KiB".
[[nodiscard]] bool is_size_unit(std::string_view text);

}  // namespace spindle
