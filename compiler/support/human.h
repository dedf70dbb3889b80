// Numbers and names as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace spindle {

// human_count: "300.8 M", "1.2 k". human_bytes: "122.3 KiB", "3.47 MiB".
[[nodiscard]] std::string human_count(std::int64_t count);
[[nodiscard]] std::string human_bytes(std::int64_t bytes);

// A name from a model file, safe for a terminal: control characters become \x1b and the like.
[[nodiscard]] std::string printable_name(const std::string& text);

}  // namespace spindle
