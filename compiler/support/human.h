// Numbers and names as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace spindle {

// human_count: "300.8 M", "1.2 k". human_bytes: "122.3 KiB", "3.47 MiB".
[[nodiscard]] std::string human_count(std::int64_t count);
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

// A name from a model file, safe for a terminal and for readers of UTF-8: control characters and
// bytes that are not UTF-8 become \x1b, \xff and the like.
[[nodiscard]] std::string printable_name(std::string_view text);

}  // namespace spindle
